import { spawn } from 'node:child_process';
import { once } from 'node:events';

import { root } from '../../scripts/workspace.mjs';
import { until } from './checks.mjs';

/** With its workers left out, `nx serve` of one on this machine does their work, with nothing else set. */
export async function servesWorker(stack) {
  await stack.run('up.mjs', stack.name, '--without', 'queue-worker');
  const started = performance.now();
  const served = spawn('npx', ['nx', 'serve', 'queue-worker'], {
    cwd: root,
    env: { ...process.env, NX_DAEMON: 'false', NX_TUI: 'false' },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own: what it starts ends with it.
    detached: true,
  });
  const ended = once(served, 'close');
  let said = '';
  for (const stream of [served.stdout, served.stderr]) stream.on('data', (chunk) => (said += chunk));
  try {
    await until('the worker listens', 120_000, () => said.includes('Listening')).catch((error) => {
      throw new Error(`${error.message}: ${said.slice(-500)}`);
    });
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    await stack.run('smoke.mjs');
    return `nx serve built it and was at work after ${seconds} s; the lab is as it was`;
  } finally {
    if (served.exitCode === null) process.kill(-served.pid, 'SIGTERM');
    await ended;
  }
}
