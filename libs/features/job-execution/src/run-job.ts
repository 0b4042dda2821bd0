import { defaultRetryPolicy, jobEnvelope, parseFunctionAddress, type Job } from '@later/job-schema';
import type { CallableFunction, FunctionDirectory } from '@later/provider-client';
import type { Logger } from '@later/service-kit';
import { deadLetter, leave, retry, type Delivery, type Outcome } from '@later/transport-contract';

import { callbackOf } from './callback-of.js';
import { handOverCallback, type CallbackPublisher } from './hand-over-callback.js';
import type { Invocation } from './invocation.js';
import { invokeFunction, type InvokeFunction, type JobAttempt } from './invoke-function.js';
import { notReached, providerFailure, wakeForJob } from './reach-function.js';
import { settleJob } from './settle-job.js';

/**
 * A delivery whose worker stops or dies ends without an outcome and is delivered again. A job may have this many more
 * deliveries than attempts; after that, the job itself probably kills its workers.
 */
const extraDeliveries = 5;

/** A job in a newer envelope version is offered again after this time, until a newer worker takes it. */
const leaveForNewerMs = 60_000;

export interface RunJob extends InvokeFunction {
  readonly functions: FunctionDirectory;
  readonly callbacks: CallbackPublisher;
  readonly log: Logger;
}

/** Handles one delivery of the calls queue: invokes the function, decides the outcome, hands over the callback. */
export async function runJob(worker: RunJob, delivery: Delivery): Promise<Outcome> {
  const opened = jobEnvelope.open(delivery.body);
  switch (opened.kind) {
    case 'ok':
      return runOpened(worker, delivery, opened.content);
    case 'newer':
      worker.log.warn({ id: delivery.id, version: opened.version }, 'Left for a newer worker');
      return leave(leaveForNewerMs);
    case 'garbage':
      worker.log.error({ id: delivery.id, reason: opened.reason }, 'Not a job');
      return deadLetter(opened.reason);
  }
}

async function runOpened(worker: RunJob, { attempt, signal }: Delivery, job: Job): Promise<Outcome> {
  const log = worker.log.child({ callId: job.callId, function: job.functionName, attempt });
  const found = await lookUp(worker.functions, job);
  const policy = ('fn' in found ? found.fn?.retryPolicy : undefined) ?? defaultRetryPolicy;
  try {
    const invocation =
      'failure' in found
        ? notReached(found.failure)
        : await attemptAt(worker, { job, attempt, fn: found.fn, signal, log });
    const outcome = settleJob(policy, attempt, invocation, new Date());
    const callback = outcome.kind === 'retry' ? undefined : callbackOf(job, attempt, policy, invocation);
    if (callback) await handOverCallback(worker.callbacks, callback, { signal, log });
    logOutcome(log, outcome, invocation);
    return outcome;
  } catch (error) {
    if (!signal.aborted) throw error;
    log.warn({ reason: String(signal.reason) }, 'Given back');
    return retry(0);
  }
}

/** Finds the function of a job. A provider that is away is a failure of this attempt, not an error. */
async function lookUp(
  functions: FunctionDirectory,
  job: Job,
): Promise<{ readonly fn: CallableFunction | undefined } | { readonly failure: string }> {
  try {
    return { fn: await functions.find(parseFunctionAddress(job.functionName)!) };
  } catch (error) {
    return { failure: providerFailure(error) };
  }
}

type Attempt = Omit<JobAttempt, 'fn'> & { readonly fn: CallableFunction | undefined; readonly log: Logger };

async function attemptAt(worker: RunJob, { job, attempt, fn, signal, log }: Attempt): Promise<Invocation> {
  if (!fn) return noInvocation(404, 'the function is not deployed any more');
  if (attempt > fn.retryPolicy.maxAttempts + extraDeliveries) {
    return noInvocation(503, `${attempt - 1} deliveries of it ended with their worker`);
  }
  log.info('Invoke');
  const invocation = (await wakeForJob(fn, signal)) ?? (await invokeFunction(worker, { job, attempt, fn, signal }));
  const { status, durationSeconds, failure } = invocation;
  log.info({ status, duration: `${durationSeconds.toFixed(6)}s`, ...(failure && { failure }) }, 'Invoked');
  return invocation;
}

const noInvocation = (status: number, failure: string): Invocation => ({
  status,
  headers: [],
  body: new Uint8Array(),
  durationSeconds: 0,
  failure,
  final: true,
});

function logOutcome(log: Logger, outcome: Outcome, { failure }: Invocation): void {
  if (outcome.kind === 'retry') log.warn({ afterMs: outcome.afterMs, ...(failure && { failure }) }, 'Retry');
  if (outcome.kind === 'dead-letter') log.error({ reason: outcome.reason }, 'Dead letter');
}
