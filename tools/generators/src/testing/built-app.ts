import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

type Child = ChildProcessByStdio<null, Readable, null>;

/** A built app that runs as a process of its own, and ends when it goes out of scope. */
export interface BuiltApp extends AsyncDisposable {
  readonly url: string;
}

/** Starts an app's built `main.js` on a free port; resolves once it listens. */
export async function startBuiltApp(main: string): Promise<BuiltApp> {
  const env = { PATH: process.env['PATH'], LOG_FORMAT: 'json', PORT: '0' };
  const child = spawn(process.execPath, [main], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  // The test may end in a way that disposes of nothing.
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  const stop = async (): Promise<void> => {
    kill();
    await exited;
    process.off('exit', kill);
  };
  try {
    return { url: await addressOf(child), [Symbol.asyncDispose]: stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** As the app tells in its log. */
async function addressOf(child: Child): Promise<string> {
  for await (const line of createInterface(child.stdout)) {
    const { msg, url } = JSON.parse(line) as { msg: string; url?: string };
    if (msg === 'Listening' && url !== undefined) return url;
  }
  throw new Error(`${child.spawnargs.join(' ')} ended before it listened`);
}
