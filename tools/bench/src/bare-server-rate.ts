import { fork } from 'node:child_process';
import { once } from 'node:events';

import { answersPerSecond } from './load.js';

/** What an empty `node:http` server answers a second here: how much of a figure is the machine's. */
export async function bareServerRate(seconds: number): Promise<number> {
  const child = fork(new URL('./bare-server.js', import.meta.url));
  const [port] = (await once(child, 'message')) as [number];
  try {
    return await answersPerSecond(`http://127.0.0.1:${port}`, seconds);
  } finally {
    child.kill();
  }
}
