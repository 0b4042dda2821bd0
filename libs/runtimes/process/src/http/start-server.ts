import { accepts, untilAccepting } from '@later/http-kit';
import { type LogBudget, logStream } from '@later/function-logs';

import { describeEnding } from '../classic/verdict.js';
import { findCommand } from '../find-command.js';
import type { RunPlan } from '../run-plan.js';
import type { Launch, Launched } from '../sandbox/sandbox.js';
import { takePort } from './take-port.js';
import { ServerInstance } from './server-instance.js';

/** A function that is a server, and what it runs with. */
export interface ServingFunction extends RunPlan {
  readonly env: Readonly<Record<string, string>>;
  readonly launch: Launch;
  readonly log: (text: string) => void;
  readonly budget: LogBudget;
}

/** How long a server may take until it listens. */
const startWithinMs = 30_000;
/** Lines of its log that tell why it did not start. */
const lastLines = 5;

/** Starts a server and waits until it listens. @throws with its last log lines when it does not */
export async function startServer(id: string, fn: ServingFunction, signal: AbortSignal): Promise<ServerInstance> {
  const { url, release } = await listeningPlace(fn);
  const tail: string[] = [];
  const log = (text: string): void => {
    fn.log(text);
    tail.push(text);
    if (tail.length > lastLines) tail.shift();
  };
  let launched: Launched | undefined;
  try {
    launched = await launchServer(fn, url);
    const logged = [launched.stdout, launched.stderr].map((stream) => logStream(stream, log, fn.budget));
    const failure = await untilListening(launched, url, signal);
    if (failure === undefined) return new ServerInstance({ id, url, launched, release });
    await launched.kill();
    await Promise.all(logged);
    throw new Error([failure, ...tail].join(' | '));
  } catch (error) {
    await launched?.kill();
    release();
    throw error;
  }
}

async function listeningPlace({ upstream }: RunPlan): Promise<{ url: URL; release: () => void }> {
  if (!upstream) {
    const { port, release } = await takePort();
    return { url: new URL(`http://127.0.0.1:${port}`), release };
  }
  if (await accepts(upstream)) throw new Error(`Something else listens on ${upstream.host} (upstream_url)`);
  return { url: upstream, release: () => undefined };
}

async function launchServer({ argv, env, launch }: ServingFunction, url: URL): Promise<Launched> {
  const [command = '', ...args] = argv;
  const program = await findCommand(command, env['PATH'] ?? '');
  if (program === undefined) throw new Error(`The command "${command}" was not found on this machine`);
  return launch({ argv: [program, ...args], env: { ...env, PORT: url.port || '80' }, input: 'ignored' });
}

/** @returns why it does not listen @throws the signal's reason when it aborts */
async function untilListening(launched: Launched, url: URL, signal: AbortSignal): Promise<string | undefined> {
  const over = new AbortController();
  const either = AbortSignal.any([signal, over.signal]);
  const ended = launched.ended.then((ending) => `It ended (${describeEnding(ending)}) before it listened`);
  const listens = untilAccepting(url, startWithinMs, either).then((accepted) =>
    accepted ? undefined : `It did not listen on port ${url.port || '80'} within ${startWithinMs / 1_000} s`,
  );
  try {
    return await Promise.race([ended, listens]);
  } finally {
    listens.catch(() => undefined);
    over.abort(new Error('Over'));
  }
}
