import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import { eventually } from '../eventually.js';

// The same from `src` and from `dist`.
const root = join(import.meta.dirname, '..', '..', '..', '..');

/** A line of an app's log. */
export interface LogLine {
  readonly level: string;
  readonly role: string;
  readonly msg: string;
  readonly time: string;
  readonly callId?: string;
  readonly function?: string;
  readonly attempt?: number;
  readonly status?: number;
  readonly duration?: string;
  readonly url?: string;
  readonly reason?: string;
}

/** A built app, run as a process of its own. */
export interface AppProcess {
  readonly pid: number;
  readonly log: readonly LogLine[];
  /** All that it wrote that is no line of its log, and what it wrote on standard error. */
  readonly output: () => string;
  /** Where one of its roles listens: as it says itself, so it is this child and no other. */
  url(role: string): string;
  signal(name: NodeJS.Signals): void;
  readonly exited: Promise<number | null>;
  /** SIGKILL, and gone when it resolves. */
  kill(): Promise<void>;
}

// The test may end in a way that runs no hooks.
const running = new Set<ChildProcess>();
process.on('exit', () => running.forEach((child) => child.kill('SIGKILL')));

/** Starts a built app. Its environment is what is given here and nothing else of ours. */
export function startApp(name: string, env: Readonly<Record<string, string>>): AppProcess {
  const child = spawn(process.execPath, [join(root, 'apps', name, 'dist', 'main.js')], {
    cwd: root,
    env: { PATH: process.env['PATH'], LOG_FORMAT: 'json', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  const log: LogLine[] = [];
  // Read when somebody looks: under load there are many.
  const unread: string[] = [];
  const readLog = (): LogLine[] => {
    for (const line of unread.splice(0)) log.push(JSON.parse(line) as LogLine);
    return log;
  };
  let output = '';
  createInterface(child.stdout).on('line', (line) => {
    if (line.startsWith('{')) unread.push(line);
    else output += `${line}\n`;
  });
  child.stderr.on('data', (chunk) => (output += String(chunk)));
  const exited = once(child, 'close').then(([code]) => {
    running.delete(child);
    return code as number | null;
  });
  return {
    pid: child.pid ?? -1,
    get log() {
      return readLog();
    },
    output: () => output,
    url: (role) => readLog().findLast((line) => line.msg === 'Listening' && line.role === role)?.url ?? '',
    signal: (signal) => void child.kill(signal),
    exited,
    kill: () => kill(child, exited),
  };
}

async function kill(child: ChildProcess, exited: Promise<unknown>): Promise<void> {
  child.kill('SIGKILL');
  await exited;
}

/** Resolves with the app's address once a role of it is ready for work. */
export async function untilReady(app: AppProcess, role: string): Promise<string> {
  let ended = false;
  void app.exited.then(() => (ended = true));
  await eventually(async () => {
    if (ended) throw new Error(`${role} ended: ${app.output()}${JSON.stringify(app.log.slice(-3))}`);
    const url = app.url(role);
    if (url === '') return false;
    return fetch(`${url}/readyz`).then(
      ({ status }) => status === 200,
      () => false,
    );
  }, 60_000);
  return app.url(role);
}
