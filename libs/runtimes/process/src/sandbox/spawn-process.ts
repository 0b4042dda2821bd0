import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';

import type { Command, Ending } from './sandbox.js';

/** A process that leads a session and group of its own. */
export interface Spawned {
  readonly pid: number;
  readonly child: ChildProcess;
  readonly exited: Promise<Ending>;
}

/** @throws what the system says when it cannot start it */
export async function spawnProcess({ argv, env, input }: Command): Promise<Spawned> {
  const [program = '', ...args] = argv;
  const stdin = input === 'piped' ? 'pipe' : 'ignore';
  const child = spawn(program, args, { env, detached: true, stdio: [stdin, 'pipe', 'pipe'] });
  const exited = new Promise<Ending>((resolve) => {
    child.once('exit', (code, signal) => resolve(signal ? { kind: 'killed', signal } : endingOf(code ?? 0)));
  });
  await once(child, 'spawn');
  // A signal that could not be sent is no reason to end the provider.
  child.on('error', () => undefined);
  return { pid: child.pid!, child, exited };
}

/** A shell that waited for a process tells of a signal by a status of 128 and its number. */
function endingOf(status: number): Ending {
  const signal = Object.entries(constants.signals).find(([, number]) => number + 128 === status)?.[0];
  return signal ? { kind: 'killed', signal: signal as NodeJS.Signals } : { kind: 'exited', status };
}
