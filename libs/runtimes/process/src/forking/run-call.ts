import type { InstanceCall } from '@later/runtime-contract';
import { type LogBudget, logStream } from '@later/function-logs';

import { findCommand } from '../find-command.js';
import type { Launch, LaunchedProcess } from '../sandbox/sandbox.js';
import { CallResponse } from './call-response.js';
import { logLineFor, type CallVerdict } from './call-verdict.js';
import { collectOutput } from './collect-output.js';
import { EarlyEnd, type EarlyEndReason } from './early-end.js';
import { feedRequest } from './feed-request.js';
import { httpVariables } from './http-variables.js';
import { keepLastBytes } from './keep-last-bytes.js';

/** How much of the standard error a caller gets after a failure; the log has all of it. */
const maxErrorBytes = 16 * 1024;

/** The settings that all calls of an instance share. */
export interface ForkingFunction {
  readonly argv: readonly string[];
  /** The environment without the variables of the call. */
  readonly env: Readonly<Record<string, string>>;
  /** Whether output is sent as it is written, instead of after the process has ended. */
  readonly streaming: boolean;
  readonly maxOutputBytes: number;
  readonly launch: Launch;
  readonly log: (text: string) => void;
  readonly budget: LogBudget;
}

/**
 * Answers one call with a process of its own. Resolves once that process and its descendants have ended.
 * @param stopped aborts when the instance is stopped
 * @param onLaunched receives the process when it has started
 */
export async function runCall(
  fn: ForkingFunction,
  call: InstanceCall,
  stopped: AbortSignal,
  onLaunched: (launched: LaunchedProcess) => void,
): Promise<void> {
  const response = new CallResponse(call.request, call.response, fn.env['content_type']);
  using earlyEnd = new EarlyEnd(call.response, call.timeoutMs, stopped);
  const launched = earlyEnd.reason ? verdictFor(earlyEnd.reason, fn, call) : await launchFor(fn, call);
  if ('kind' in launched) {
    call.request.resume();
    fn.log(logLineFor(launched) ?? '');
    return response.finish(launched);
  }
  onLaunched(launched);
  const kill = (): void => void launched.kill();
  if (earlyEnd.signal.aborted) kill();
  else earlyEnd.signal.addEventListener('abort', kill);
  feedRequest(call.request, launched.stdin!);
  const lastErrors = keepLastBytes(launched.stderr, maxErrorBytes);
  const logged = logStream(launched.stderr, fn.log, fn.budget);
  const ending = await waitForVerdict(fn, call, launched, response, earlyEnd);
  // The process may have written standard error that is not read yet.
  if (ending.kind === 'failed') await Promise.race([logged, earlyEnd.happened]);
  const verdict = ending.kind === 'failed' ? { ...ending, errors: lastErrors() } : ending;
  response.finish(verdict);
  await Promise.all([launched.ended, logged]);
  launched.stdin!.destroy();
  const line = logLineFor(verdict);
  if (line !== undefined) fn.log(line);
  fn.log(`Wrote ${response.bytes} Bytes - Duration: ${response.durationSeconds.toFixed(6)}s`);
}

type NotLaunched = Extract<CallVerdict, { kind: 'not-found' | 'not-started' }>;

async function launchFor(
  { argv, env, launch, log }: ForkingFunction,
  call: InstanceCall,
): Promise<LaunchedProcess | NotLaunched> {
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

/** Waits until the process ends or the call ends early. */
async function waitForVerdict(
  fn: ForkingFunction,
  call: InstanceCall,
  { stdout, ended }: LaunchedProcess,
  response: CallResponse,
  earlyEnd: EarlyEnd,
): Promise<CallVerdict> {
  const reading = fn.streaming
    ? response.stream(stdout, earlyEnd.signal).then(() => Buffer.alloc(0))
    : collectOutput(stdout, fn.maxOutputBytes, () => earlyEnd.trigger('too-much'));
  // Streaming fails when the client goes away; that ends the call early, so the error adds nothing.
  const finished = Promise.all([ended, reading]).catch(() => undefined);
  // The caller does not wait for a killed process that the system keeps, for example in uninterruptible sleep.
  const [ending, output] = (await Promise.race([finished, earlyEnd.happened])) ?? [];
  if (earlyEnd.reason) return verdictFor(earlyEnd.reason, fn, call);
  if (!ending || !output) return { kind: 'stopped' };
  if (ending.kind === 'exited' && ending.status === 0) return { kind: 'answered', output };
  return { kind: 'failed', ending, output, errors: Buffer.alloc(0) };
}

function verdictFor(
  reason: EarlyEndReason,
  { maxOutputBytes }: ForkingFunction,
  { timeoutMs }: InstanceCall,
): CallVerdict {
  if (reason === 'too-slow') return { kind: reason, timeoutMs };
  if (reason === 'too-much') return { kind: reason, maxOutputBytes };
  return { kind: reason };
}
