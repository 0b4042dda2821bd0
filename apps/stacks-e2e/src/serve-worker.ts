import { spawn } from 'node:child_process';
import { once } from 'node:events';

import { root } from './run-command.js';
import type { RunningStack } from './running-stack.js';
import { until } from './until.js';
import { walkLabOf } from './walk-lab-of.js';

/** Leaves the workers out of the stack and serves one on this machine by `nx serve`. @throws unless the lab passes */
export async function serveWorker(stack: RunningStack): Promise<string> {
  await stack.up('--without', 'queue-worker');
  const started = performance.now();
  const served = spawn('npx', ['nx', 'serve', 'queue-worker'], {
    cwd: root,
    env: { ...process.env, NX_DAEMON: 'false', NX_TUI: 'false' },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A process group of its own: its children end with it.
    detached: true,
  });
  const ended = once(served, 'close');
  let output = '';
  for (const stream of [served.stdout, served.stderr]) stream.on('data', (chunk) => (output += String(chunk)));
  try {
    await until('the worker listens', 120_000, () => output.includes('Listening')).catch((error: Error) => {
      throw new Error(`${error.message}: ${output.slice(-500)}`, { cause: error });
    });
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    await walkLabOf(stack);
    return `nx serve built the worker, which listened after ${seconds} s`;
  } finally {
    if (served.exitCode === null) process.kill(-served.pid!, 'SIGTERM');
    await ended;
  }
}
