import { fork } from 'node:child_process';
import { once } from 'node:events';

import type { BackendUnderTest } from './driver-under-test.js';

/** A consumer that will die without deciding. */
export interface DoomedConsumer {
  /** Resolves with the id and attempt of the first delivery that it took. */
  readonly took: Promise<{ id: string; attempt: number }>;
  /** SIGKILL. May be called twice. */
  kill(): Promise<void>;
}

/** Starts one as a process of its own, from the built driver. */
export async function spawnDoomedConsumer(driver: BackendUnderTest['driver'], queue: string): Promise<DoomedConsumer> {
  const script = new URL('../dist/doomed-process.js', import.meta.url);
  const child = fork(script, [JSON.stringify({ ...driver, queue })], { execArgv: [], stdio: 'inherit' });
  const exited = once(child, 'exit');
  const message = once(child, 'message').then(([took]) => took as { id: string; attempt: number });
  return {
    took: Promise.race([
      message,
      exited.then(([code]) => Promise.reject(new Error(`doomed consumer ended first, with code ${code}`))),
    ]),
    kill: async () => {
      child.kill('SIGKILL');
      if (child.exitCode === null && child.signalCode === null) await exited;
    },
  };
}
