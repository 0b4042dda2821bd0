import type { IncomingMessage } from 'node:http';
import { inspect } from 'node:util';

import { BodyBrokeOffError, BodyTooLargeError, Deadline, readBody, secondsSince, type Refusal } from '@later/http-kit';
import { callId, headerValue, laterHeaders, newCallId, pairsOf, type HeaderPairs } from '@later/job-schema';

import { FunctionCall } from '../calling/function-call.js';
import { FunctionError } from '../calling/function-error.js';
import { FunctionResult, type FunctionAnswer } from '../calling/function-result.js';
import type { RegisteredFunction } from '../registering/register-functions.js';
import type { ServedTarget } from './read-served-target.js';
import { refusals } from './refusals.js';
import { encodeAnswer, encodeRefusal, type WireAnswer } from './wire-answer.js';

/** One function behind HTTP, with its limits. */
export class FunctionEndpoint {
  #inFlight = 0;

  constructor(
    private readonly served: RegisteredFunction,
    private readonly log: { error(message: string): void },
  ) {}

  /** Answers a request. Never rejects. @param clientGone aborts when the client has closed the connection */
  async answer(request: IncomingMessage, target: ServedTarget, clientGone: AbortSignal): Promise<WireAnswer> {
    const startedAt = performance.now();
    const headers = pairsOf(request.rawHeaders);
    const id = callIdOf(headers);
    const answer = await this.#withinLimits(clientGone, async (signal) => {
      const body = await readBody(request, this.served.limits.maxBodyBytes, signal);
      const { method = 'GET' } = request;
      const { path, query } = target;
      const parts = { method, path, query, rawHeaders: headers, body, callId: id, attempt: attemptOf(headers), signal };
      return encodeAnswer(await this.#invoke(new FunctionCall(parts)));
    }).catch((error: unknown) => encodeRefusal(this.#refusalOf(error, id)));
    const ours = {
      [laterHeaders.callId.toLowerCase()]: [id],
      [laterHeaders.durationSeconds.toLowerCase()]: [secondsSince(startedAt)],
    };
    return { ...answer, headers: { ...answer.headers, ...ours } };
  }

  async #withinLimits(
    clientGone: AbortSignal,
    work: (signal: AbortSignal) => Promise<WireAnswer>,
  ): Promise<WireAnswer> {
    const { maxInFlight = Infinity, timeoutMs } = this.served.limits;
    if (this.#inFlight >= maxInFlight) return encodeRefusal(refusals.tooManyInFlight(this.served));
    using deadline = new Deadline(timeoutMs, clientGone);
    const { signal } = deadline;
    this.#inFlight += 1;
    // A function that ignores its signal continues after its timeout: it counts as in flight until it ends.
    const working = work(signal).finally(() => (this.#inFlight -= 1));
    try {
      return await Promise.race([working, rejectOnAbort(signal)]);
    } catch (error) {
      if (clientGone.aborted) return encodeRefusal(refusals.clientGone());
      if (deadline.passed) return encodeRefusal(refusals.timedOut(this.served));
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

  #refusalOf(error: unknown, id: string): Refusal {
    if (error instanceof BodyTooLargeError) return refusals.bodyTooLarge(this.served);
    if (error instanceof BodyBrokeOffError) return refusals.clientGone();
    this.log.error(`Function "${this.served.name}" failed, call id ${id}: ${inspect(error)}`);
    return refusals.failed(this.served, id);
  }
}

/** Rejects when the signal aborts. */
const rejectOnAbort = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true }));

/** The caller's call id, or a new one: every log line needs one. */
const callIdOf = (headers: HeaderPairs): string =>
  callId.safeParse(headerValue(headers, laterHeaders.callId)).data ?? newCallId();

const attemptOf = (headers: HeaderPairs): number => {
  const attempt = Number(headerValue(headers, laterHeaders.attempt));
  return Number.isSafeInteger(attempt) && attempt > 0 ? attempt : 1;
};
