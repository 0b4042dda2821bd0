import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

import { readBody, refusalOfError, type FunctionTarget, type Refusal } from '@later/http-kit';
import { faultOfCallbackUrl, fullName, jobEnvelope, queueNames, type CallId, type Job } from '@later/job-schema';
import type { FunctionDirectory } from '@later/provider-client';
import { MessageTooLargeError, TransportError, type Message } from '@later/transport-contract';

import { findFunction } from './find-function.js';
import { headersForFunction } from './function-headers.js';
import { IntakeFullError, type IntakeMemory } from './intake-memory.js';
import { refusals } from './refusals.js';

/** The one method of a transport that accepting a call needs. */
export interface JobPublisher {
  publish(queue: string, message: Message): Promise<void>;
}

export interface AcceptCall {
  readonly functions: FunctionDirectory;
  readonly jobs: JobPublisher;
  readonly maxBodyBytes: number;
  readonly memory: IntakeMemory;
}

/** The memory of a call besides its body: its headers, and the objects that Node and the gateway make of them. */
export const bytesBesideBody = 16 * 1024;

export type Acceptance = { readonly accepted: Job } | { readonly refusal: Refusal };

/** Makes a job of a request. Resolves when the job is stored; refuses a call that cannot be stored or could never run. */
export async function acceptCall(
  { functions, jobs, maxBodyBytes, memory }: AcceptCall,
  { target, callId, acceptedAtNs }: { target: FunctionTarget; callId: CallId; acceptedAtNs: string },
  request: IncomingMessage,
): Promise<Acceptance> {
  const { method } = request;
  if (method !== 'POST') return { refusal: refusals.onlyPost() };
  // The function may have no instances now: the worker wakes it when the job runs.
  const found = await findFunction(functions, target, 503);
  if ('refusal' in found) return found;
  // Node joins repeated headers with a comma, which makes the URL invalid.
  const callbackUrl = request.headers['x-callback-url']?.toString();
  const fault = callbackUrl === undefined ? undefined : faultOfCallbackUrl(callbackUrl);
  if (fault) return { refusal: refusals.badCallbackUrl(fault) };
  const bodyBytes = maxBytesOf(request, maxBodyBytes);
  if (bodyBytes > maxBodyBytes) return { refusal: refusals.tooLarge(maxBodyBytes) };
  try {
    const accepted = await memory.withBytes(bytesBesideBody + bodyBytes, async (reservation) => {
      const body = await readBody(request, maxBodyBytes, request.complete ? undefined : reservation.revoked);
      reservation.markComplete();
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
    return { refusal: refusalOf(error) };
  }
}

/** The length of the body; for a chunked body, the longest that it may have. */
function maxBytesOf({ headers }: IncomingMessage, maxBodyBytes: number): number {
  return headers['transfer-encoding'] === undefined ? Number(headers['content-length'] ?? 0) : maxBodyBytes;
}

/** The answer to a fault of the caller or the transport. @throws every other error: a defect */
function refusalOf(error: unknown): Refusal {
  if (error instanceof IntakeFullError) return refusals.intakeFull(error.message);
  if (error instanceof MessageTooLargeError) return refusals.tooLarge(error.maxBytes);
  if (error instanceof TransportError) return refusals.notStored(error.message);
  const refusal = refusalOfError(error);
  if (!refusal) throw error;
  return refusal;
}
