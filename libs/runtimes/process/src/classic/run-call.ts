import type { InstanceCall } from '@later/runtime-contract';
import { type LogBudget, logStream } from '@later/function-logs';

import { findCommand } from '../find-command.js';
import type { Launch, Launched } from '../sandbox/sandbox.js';
import { CallAnswer } from './call-answer.js';
import { CallEnd, type Cut } from './call-end.js';
import { collectOutput } from './collect-output.js';
import { feedRequest } from './feed-request.js';
import { httpVariables } from './http-variables.js';
import { lastBytes } from './last-bytes.js';
import { logLineOf, type Verdict } from './verdict.js';

/** What a caller is told of a failure; all of it is in the log. */
const mostComplaintBytes = 16 * 1024;

/** What all calls of an instance have in common. */
export interface ForkingFunction {
  readonly argv: readonly string[];
  /** All but what tells of the call. */
  readonly env: Readonly<Record<string, string>>;
  /** Output is passed on as it comes, and not held back until the end. */
  readonly streaming: boolean;
  readonly maxOutputBytes: number;
  readonly launch: Launch;
  readonly log: (text: string) => void;
  readonly budget: LogBudget;
}

/**
 * Answers one call by a process of its own.
 * @param stopped aborts when the instance is stopped
 * @param onLaunched told of the process; all that it started has ended when `runCall` resolves
 */
export async function runCall(
  fn: ForkingFunction,
  call: InstanceCall,
  stopped: AbortSignal,
  onLaunched: (launched: Launched) => void,
): Promise<void> {
  const answer = new CallAnswer(call.request, call.response, fn.env['content_type']);
  using end = new CallEnd(call.response, call.timeoutMs, stopped);
  const launched = end.cut ? verdictOf(end.cut, fn, call) : await launchFor(fn, call);
  if ('kind' in launched) {
    call.request.resume();
    fn.log(logLineOf(launched) ?? '');
    return answer.finish(launched);
  }
  onLaunched(launched);
  const kill = (): void => void launched.kill();
  if (end.signal.aborted) kill();
  else end.signal.addEventListener('abort', kill);
  feedRequest(call.request, launched.stdin!);
  const complaints = lastBytes(launched.stderr, mostComplaintBytes);
  const logged = logStream(launched.stderr, fn.log, fn.budget);
  const judged = await judge(fn, call, launched, answer, end);
  // What it complained of last may still be on its way.
  if (judged.kind === 'failed') await Promise.race([logged, end.cutOff]);
  const verdict = judged.kind === 'failed' ? { ...judged, errors: complaints() } : judged;
  answer.finish(verdict);
  await Promise.all([launched.ended, logged]);
  launched.stdin!.destroy();
  const line = logLineOf(verdict);
  if (line !== undefined) fn.log(line);
  fn.log(`Wrote ${answer.bytes} Bytes - Duration: ${answer.durationSeconds.toFixed(6)}s`);
}

type NotLaunched = Extract<Verdict, { kind: 'not-found' | 'not-started' }>;

async function launchFor(
  { argv, env, launch, log }: ForkingFunction,
  call: InstanceCall,
): Promise<Launched | NotLaunched> {
  const [command = '', ...args] = argv;
  const program = await findCommand(command, env['PATH'] ?? '');
  if (program === undefined) return { kind: 'not-found', command };
  log('Forking fprocess.');
  try {
    return await launch({ argv: [program, ...args], env: { ...env, ...httpVariables(call) }, input: 'piped' });
  } catch (error) {
    return { kind: 'not-started', command, reason: error instanceof Error ? error.message : String(error) };
  }
}

/** Waits for its end, or for what ends it. */
async function judge(
  fn: ForkingFunction,
  call: InstanceCall,
  { stdout, ended }: Launched,
  answer: CallAnswer,
  end: CallEnd,
): Promise<Verdict> {
  const reading = fn.streaming
    ? answer.stream(stdout, end.signal).then(() => Buffer.alloc(0))
    : collectOutput(stdout, fn.maxOutputBytes, () => end.cutShort('too-much'));
  // A client that went away breaks a stream off, and ends the call by that.
  const over = Promise.all([ended, reading]).catch(() => undefined);
  // A process that the system itself holds up does not end at once: its caller need not wait for that.
  const [ending, output] = (await Promise.race([over, end.cutOff])) ?? [];
  if (end.cut) return verdictOf(end.cut, fn, call);
  if (!ending || !output) return { kind: 'stopped' };
  if (ending.kind === 'exited' && ending.status === 0) return { kind: 'answered', output };
  return { kind: 'failed', ending, output, errors: Buffer.alloc(0) };
}

function verdictOf(cut: Cut, { maxOutputBytes }: ForkingFunction, { timeoutMs }: InstanceCall): Verdict {
  if (cut === 'too-slow') return { kind: cut, timeoutMs };
  if (cut === 'too-much') return { kind: cut, maxOutputBytes };
  return { kind: cut };
}
