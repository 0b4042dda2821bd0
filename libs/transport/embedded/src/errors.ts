import { QueueFullError, TransportUnavailableError } from '@later/transport-contract';

import { openingNumber, type FailedReply, type FailureKind, type ThreadRequest } from './wire.js';

/** Primary result codes, https://www.sqlite.org/rescode.html; the low byte of the extended ones. */
const [busy, locked, full] = [5, 6, 13];

/** Whether another connection holds the lock. */
export function isBusy(error: unknown): boolean {
  const code = primaryCode(error);
  return code === busy || code === locked;
}

/** Tells an error of SQLite, which the backend is responsible for, from a defect of our own code. */
function failureKindOf(error: unknown): FailureKind {
  const code = primaryCode(error);
  if (code === full) return 'full';
  return code === undefined ? 'defect' : 'unavailable';
}

/** The reply to a request that failed. */
export function failedReply(number: number, error: unknown): FailedReply {
  return { number, failure: failureKindOf(error), message: error instanceof Error ? error.message : String(error) };
}

/** The error that the caller of a failed request gets. */
export function requestError(
  { number, failure, message }: FailedReply,
  { name, args }: Partial<ThreadRequest>,
  dataDir: string,
): Error {
  if (failure === 'defect' && number !== openingNumber) return new Error(message);
  if (failure === 'full' && name === 'publish') {
    const [queue] = args as ThreadRequest<'publish'>['args'];
    return new QueueFullError(queue, `Make room on the disk of DATA_DIR (${dataDir}): ${message}.`);
  }
  return databaseUnavailable(dataDir, message);
}

export function databaseUnavailable(dataDir: string, why: string, options?: ErrorOptions): TransportUnavailableError {
  return new TransportUnavailableError('embedded', `Look at DATA_DIR (${dataDir}): ${why}.`, options);
}

function primaryCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('errcode' in error)) return undefined;
  return Number(error.errcode) & 0xff;
}
