import { isListening, waitUntilListening } from '@later/http-kit';
import { type LogBudget, logStream } from '@later/function-logs';

import { findCommand } from '../find-command.js';
import type { RunPlan } from '../run-plan.js';
import { describeEnding } from '../sandbox/describe-ending.js';
import type { Launch, LaunchedProcess } from '../sandbox/sandbox.js';
import { reservePort } from './reserve-port.js';
import { ServerInstance } from './server-instance.js';

/** A function that is a server, and what it runs with. */
export interface ServerFunction extends RunPlan {
  readonly env: Readonly<Record<string, string>>;
  readonly launch: Launch;
  readonly log: (text: string) => void;
  readonly budget: LogBudget;
  readonly graceMs: number;
}

/** How long a server may take from its start until it listens. */
const startTimeoutMs = 30_000;
/** How many of its last log lines the error of a failed start repeats. */
const repeatedLines = 5;

/** Starts a server and waits until it listens. @throws with its last log lines when it does not listen */
export async function startServer(id: string, fn: ServerFunction, signal: AbortSignal): Promise<ServerInstance> {
  const { url, releasePort } = await chooseAddress(fn);
  const lastLines: string[] = [];
  const log = (text: string): void => {
    fn.log(text);
    lastLines.push(text);
    if (lastLines.length > repeatedLines) lastLines.shift();
  };
  let launched: LaunchedProcess | undefined;
  try {
    launched = await launchServer(fn, url);
    const logged = [launched.stdout, launched.stderr].map((stream) => logStream(stream, log, fn.budget));
    const failure = await waitForServer(launched, url, signal);
    if (failure === undefined) return new ServerInstance({ id, url, launched, graceMs: fn.graceMs, releasePort });
    await launched.kill();
    await Promise.all(logged);
    throw new Error([failure, ...lastLines].join(' | '));
  } catch (error) {
    await launched?.kill();
    releasePort();
    throw error;
  }
}

async function chooseAddress({ upstream }: RunPlan): Promise<{ url: URL; releasePort: () => void }> {
  if (!upstream) {
    const { port, release } = await reservePort();
    return { url: new URL(`http://127.0.0.1:${port}`), releasePort: release };
  }
  if (await isListening(upstream)) throw new Error(`Something else listens on ${upstream.host} (upstream_url)`);
  return { url: upstream, releasePort: () => undefined };
}

async function launchServer({ argv, env, launch }: ServerFunction, url: URL): Promise<LaunchedProcess> {
  const [command = '', ...args] = argv;
  const program = await findCommand(command, env['PATH'] ?? '');
  if (program === undefined) throw new Error(`The command "${command}" was not found on this machine`);
  return launch({ argv: [program, ...args], env: { ...env, PORT: url.port || '80' }, input: 'ignored' });
}

/** @returns why the server does not listen; undefined when it does @throws the signal's reason when it aborts */
async function waitForServer(launched: LaunchedProcess, url: URL, signal: AbortSignal): Promise<string | undefined> {
  const finished = new AbortController();
  const ended = launched.ended.then((ending) => `It ended (${describeEnding(ending)}) before it listened`);
  const listens = waitUntilListening(url, startTimeoutMs, AbortSignal.any([signal, finished.signal])).then(
    (accepted) =>
      accepted ? undefined : `It did not listen on port ${url.port || '80'} within ${startTimeoutMs / 1_000} s`,
  );
  try {
    return await Promise.race([ended, listens]);
  } finally {
    listens.catch(() => undefined);
    finished.abort(new Error('The wait is over'));
  }
}
