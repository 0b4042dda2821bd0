import type { IncomingMessage } from 'node:http';
import { inspect } from 'node:util';

import { BodyBrokeOffError, BodyTooLargeError, Deadline, readBody } from '@later/http-kit';
import { callId, headerValue, laterHeaders, newCallId, pairsOf, type HeaderPairs } from '@later/job-schema';

import { FunctionCall } from '../calling/function-call.js';
import { FunctionError } from '../calling/function-error.js';
import { FunctionResult, type FunctionAnswer } from '../calling/function-result.js';
import type { RegisteredFunction } from '../registering/register-functions.js';
import { answerOf, type Answer } from './answer.js';
import type { CallTarget } from './call-target.js';
import { refusals } from './refusals.js';

/** One function behind HTTP, with its limits. */
export class FunctionEndpoint {
  #inFlight = 0;

  constructor(
    private readonly served: RegisteredFunction,
    private readonly log: { error(message: string): void },
  ) {}

  /** Answers a request; never rejects. `clientGone` aborts when nobody waits for the answer any more. */
  async answer(request: IncomingMessage, target: CallTarget, clientGone: AbortSignal): Promise<Answer> {
    const startedAt = performance.now();
    const headers = pairsOf(request.rawHeaders);
    const id = callIdOf(headers);
    const answer = await this.#withinLimits(clientGone, async (signal) => {
      const body = await readBody(request, this.served.limits.maxBodyBytes, signal);
      const { method = 'GET' } = request;
      const { path, query } = target;
      const parts = { method, path, query, rawHeaders: headers, body, callId: id, attempt: attemptOf(headers), signal };
      return answerOf(await this.#invoke(new FunctionCall(parts)));
    }).catch((error: unknown) => this.#answerTo(error, id));
    const seconds = (performance.now() - startedAt) / 1000;
    const ours = {
      [laterHeaders.callId.toLowerCase()]: [id],
      [laterHeaders.durationSeconds.toLowerCase()]: [seconds.toFixed(6)],
    };
    return { ...answer, headers: { ...answer.headers, ...ours } };
  }

  async #withinLimits(clientGone: AbortSignal, work: (signal: AbortSignal) => Promise<Answer>): Promise<Answer> {
    const { maxInFlight = Infinity, timeoutMs } = this.served.limits;
    if (this.#inFlight >= maxInFlight) return refusals.tooManyInFlight(this.served);
    using deadline = new Deadline(timeoutMs, clientGone);
    const { signal } = deadline;
    this.#inFlight += 1;
    // A function that ignores its signal still works after its answer is given up on: its place is not free until it ends.
    const working = work(signal).finally(() => (this.#inFlight -= 1));
    try {
      return await Promise.race([working, abortOf(signal)]);
    } catch (error) {
      if (clientGone.aborted) return refusals.clientGone();
      if (deadline.passed) return refusals.timedOut(this.served);
      throw error;
    }
  }

  async #invoke(call: FunctionCall): Promise<FunctionAnswer> {
    try {
      return await this.served.invoke(call);
    } catch (error) {
      if (!(error instanceof FunctionError) || error.status < 400) throw error;
      return new FunctionResult({ status: error.status, headers: error.headers, body: `${error.message}\n` });
    }
  }

  #answerTo(error: unknown, id: string): Answer {
    if (error instanceof BodyTooLargeError) return refusals.bodyTooLarge(this.served);
    if (error instanceof BodyBrokeOffError) return refusals.clientGone();
    this.log.error(`Function "${this.served.name}" failed, call id ${id}: ${inspect(error)}`);
    return refusals.failed(this.served, id);
  }
}

/** Rejects once the signal aborts. */
const abortOf = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true }));

/** The caller's, or a new one: every log line needs one. */
const callIdOf = (headers: HeaderPairs): string =>
  callId.safeParse(headerValue(headers, laterHeaders.callId)).data ?? newCallId();

const attemptOf = (headers: HeaderPairs): number => {
  const attempt = Number(headerValue(headers, laterHeaders.attempt));
  return Number.isSafeInteger(attempt) && attempt > 0 ? attempt : 1;
};
