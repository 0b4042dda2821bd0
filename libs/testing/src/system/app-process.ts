import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import { eventually } from '../eventually.js';

// The path is the same from `src` and from `dist`.
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

/** A running app, in its own process. */
export interface AppProcess {
  readonly pid: number;
  readonly log: readonly LogLine[];
  /** Its standard error, and the lines of its standard output that are not JSON. */
  readonly output: () => string;
  /** The URL of one of its roles, from its log, so that it cannot be the URL of another process. */
  url(role: string): string;
  signal(name: NodeJS.Signals): void;
  readonly exited: Promise<number | null>;
  /** Ends it with SIGKILL, and resolves when it has ended. */
  kill(): Promise<void>;
}

// The test process may end without running its hooks.
const running = new Set<ChildProcess>();
process.on('exit', () => running.forEach((child) => child.kill('SIGKILL')));

/** Compiled modules of the apps: a start with them takes a sixth less of a processor. */
const compileCache = join(root, 'node_modules', '.cache', 'node-compile');

/** Starts a built app. Its environment is `env` and the three variables below, and nothing else of the test's. */
export function startApp(name: string, env: Readonly<Record<string, string>>): AppProcess {
  const child = spawn(process.execPath, [join(root, 'apps', name, 'dist', 'main.js')], {
    cwd: root,
    env: { PATH: process.env['PATH'], LOG_FORMAT: 'json', NODE_COMPILE_CACHE: compileCache, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  const log: LogLine[] = [];
  // Lines are parsed only when a test reads them: under load there are many.
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

/** Resolves with the URL of a role once the role is ready. @throws when the app ends before that */
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
