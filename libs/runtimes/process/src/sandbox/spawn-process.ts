import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';

import type { Command, Ending } from './sandbox.js';

/** A process that leads its own session and process group. */
export interface SpawnedProcess {
  readonly pid: number;
  readonly child: ChildProcess;
  readonly exited: Promise<Ending>;
}

/** @throws the system's error when the process cannot be started */
export async function spawnProcess({ argv, env, input }: Command): Promise<SpawnedProcess> {
  const [program = '', ...args] = argv;
  const stdin = input === 'piped' ? 'pipe' : 'ignore';
  const child = spawn(program, args, { env, detached: true, stdio: [stdin, 'pipe', 'pipe'] });
  const exited = new Promise<Ending>((resolve) => {
    child.once('exit', (code, signal) => resolve(signal ? { kind: 'killed', signal } : endingOf(code ?? 0)));
  });
  await once(child, 'spawn');
  // Without a listener, a signal that cannot be sent would end the provider.
  child.on('error', () => undefined);
  return { pid: child.pid!, child, exited };
}

/** A shell that waited for a process reports a signal as the status 128 plus the signal's number. */
function endingOf(status: number): Ending {
  const signal = Object.entries(constants.signals).find(([, number]) => number + 128 === status)?.[0];
  return signal ? { kind: 'killed', signal: signal as NodeJS.Signals } : { kind: 'exited', status };
}
