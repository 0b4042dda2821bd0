import { fork } from 'node:child_process';
import { once } from 'node:events';

import type { BackendUnderTest } from './driver-under-test.js';

/** A consumer in its own process that never decides and is then killed. */
export interface DoomedConsumer {
  /** Resolves with the id and attempt of the first delivery that the consumer took. */
  readonly took: Promise<{ id: string; attempt: number }>;
  /** Sends SIGKILL. May be called twice. */
  kill(): Promise<void>;
}

/** Starts the process, which uses the built driver. */
export async function spawnDoomedConsumer(driver: BackendUnderTest['driver'], queue: string): Promise<DoomedConsumer> {
  const script = new URL('../dist/doomed-process.js', import.meta.url);
  const child = fork(script, [JSON.stringify({ ...driver, queue })], { execArgv: [], stdio: 'inherit' });
  const exited = once(child, 'exit');
  const message = once(child, 'message').then(([took]) => took as { id: string; attempt: number });
  return {
    took: Promise.race([
      message,
      exited.then(([code]) =>
        Promise.reject(new Error(`The doomed consumer ended before it took a delivery, with code ${code}`)),
      ),
    ]),
    kill: async () => {
      child.kill('SIGKILL');
      if (child.exitCode === null && child.signalCode === null) await exited;
    },
  };
}
