import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

import { BodyBrokeOffError, BodyTooLargeError, readBody } from '@later/http-kit';
import { faultOfCallbackUrl, fullName, jobEnvelope, queueNames, type CallId, type Job } from '@later/job-schema';
import type { FunctionDirectory } from '@later/provider-client';
import { MessageTooLargeError, TransportError, type Message } from '@later/transport-contract';

import { BudgetSpentError, type ByteBudget } from './byte-budget.js';
import type { CallTarget } from './call-target.js';
import { findFunction } from './find-function.js';
import { headersForFunction } from './forwarded.js';
import { refusals, type Refusal } from './refusal.js';

/** The one thing of a transport that accepting takes. */
export interface JobPublisher {
  publish(queue: string, message: Message): Promise<void>;
}

export interface AcceptCall {
  readonly functions: FunctionDirectory;
  readonly jobs: JobPublisher;
  readonly maxBodyBytes: number;
  readonly budget: ByteBudget;
}

/** What a call takes besides its body: its headers, and what Node and we make of them. */
export const bytesBesideBody = 16 * 1024;

export type Acceptance = { readonly accepted: Job } | { readonly refusal: Refusal };

/** Makes a job of a request and resolves once it is stored; refuses what cannot be stored or could never run. */
export async function acceptCall(
  { functions, jobs, maxBodyBytes, budget }: AcceptCall,
  { target, callId, acceptedAtNs }: { target: CallTarget; callId: CallId; acceptedAtNs: string },
  request: IncomingMessage,
): Promise<Acceptance> {
  const { method } = request;
  if (method !== 'POST') return { refusal: refusals.onlyPost() };
  // It may be asleep: who runs the job wakes it.
  const found = await findFunction(functions, target, 503);
  if ('refusal' in found) return found;
  // Node joins a repeated header with a comma, which no URL survives unnoticed.
  const callbackUrl = request.headers['x-callback-url']?.toString();
  const fault = callbackUrl === undefined ? undefined : faultOfCallbackUrl(callbackUrl);
  if (fault) return { refusal: refusals.badCallbackUrl(fault) };
  const bodyBytes = mostBytesOf(request, maxBodyBytes);
  if (bodyBytes > maxBodyBytes) return { refusal: refusals.tooLarge(maxBodyBytes) };
  try {
    const accepted = await budget.holding(bytesBesideBody + bodyBytes, async (held) => {
      const body = await readBody(request, maxBodyBytes, request.complete ? undefined : held.takenBack);
      held.keep();
      const job: Job = {
        id: randomUUID(),
        callId,
        functionName: target.functionName,
        method,
        path: target.path,
        query: target.query,
        headers: headersForFunction(request),
        ...(callbackUrl !== undefined && { callbackUrl }),
        acceptedAtNs,
        body,
      };
      const lane = fullName(target.address);
      await jobs.publish(queueNames.calls, { id: job.id, lane, body: jobEnvelope.seal(job) });
      return job;
    });
    return { accepted };
  } catch (error) {
    return refuse(error, maxBodyBytes);
  }
}

/** How long the body is; of one that comes in chunks, how long it may be. */
function mostBytesOf({ headers }: IncomingMessage, maxBodyBytes: number): number {
  return headers['transfer-encoding'] === undefined ? Number(headers['content-length'] ?? 0) : maxBodyBytes;
}

/** Only what a caller or a transport may do is an answer; anything else is a defect. */
function refuse(error: unknown, maxBodyBytes: number): Acceptance {
  if (error instanceof BudgetSpentError) return { refusal: refusals.tooMany(error.message) };
  if (error instanceof BodyTooLargeError) return { refusal: refusals.tooLarge(maxBodyBytes) };
  if (error instanceof BodyBrokeOffError) return { refusal: refusals.brokeOff() };
  if (error instanceof MessageTooLargeError) return { refusal: refusals.tooLarge(error.maxBytes) };
  if (error instanceof TransportError) return { refusal: refusals.notStored(error.message) };
  throw error;
}
