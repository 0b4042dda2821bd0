import {
  QueueFullError,
  TransportClosedError,
  TransportError,
  TransportUnavailableError,
} from '@later/transport-contract';
import { ErrorCode } from 'bullmq';

import { transportName } from './names.js';

const leaseLostCodes: readonly unknown[] = [
  ErrorCode.JobNotExist,
  ErrorCode.JobLockNotExist,
  ErrorCode.JobNotInState,
  ErrorCode.JobLockMismatch,
];

/** Whether BullMQ refused an operation because the job is no longer held under this token. */
export const isLeaseLost = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && leaseLostCodes.includes(error.code);

/** Turns an error of ioredis, Redis or BullMQ into an error of the contract. */
export function toTransportError(error: unknown, queue: string): TransportError {
  if (error instanceof TransportError) return error;
  const cause = withoutCommand(error);
  if (cause.message.includes('OOM command not allowed')) {
    return new QueueFullError(queue, 'Redis has reached its maxmemory: let the consumers catch up, or raise it.', {
      cause,
    });
  }
  if (cause.message.startsWith('MISCONF')) {
    return new QueueFullError(queue, 'Redis cannot write to its disk: free disk space.', { cause });
  }
  return unavailable(cause);
}

/** Runs an operation on a queue and rejects with errors of the contract only. */
export async function withTransportErrors<T>(queue: string, operation: () => Promise<T>): Promise<T> {
  try {
    return await operation();
  } catch (error) {
    throw toTransportError(error, queue);
  }
}

export const unavailable = (error: unknown): TransportUnavailableError =>
  new TransportUnavailableError(transportName, 'Is Redis running at REDIS_URL?', { cause: withoutCommand(error) });

export const transportClosed = (): TransportClosedError => new TransportClosedError(transportName);

// ioredis attaches the command to its errors. A command holds message bodies, which must not reach a log.
function withoutCommand(error: unknown): Error {
  return new Error(error instanceof Error ? error.message : String(error));
}
