import {
  QueueFullError,
  TransportClosedError,
  TransportError,
  TransportUnavailableError,
} from '@later/transport-contract';
import { ErrorCode } from 'bullmq';

export const transportName = 'bullmq';

const leaseLostCodes: readonly unknown[] = [
  ErrorCode.JobNotExist,
  ErrorCode.JobLockNotExist,
  ErrorCode.JobNotInState,
  ErrorCode.JobLockMismatch,
];

/** Whether a BullMQ operation was refused because the job is no longer held under this token. */
export const isLeaseLost = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && leaseLostCodes.includes(error.code);

/** The contract's error for whatever ioredis or Redis came up with. */
export function explain(error: unknown, queue: string): TransportError {
  if (error instanceof TransportError) return error;
  const cause = withoutCommand(error);
  if (cause.message.includes('OOM command not allowed')) {
    return new QueueFullError(queue, 'Redis has reached its maxmemory: let the consumers catch up, or raise it.', {
      cause,
    });
  }
  if (cause.message.startsWith('MISCONF')) {
    return new QueueFullError(queue, 'Redis cannot write to its disk: make room there.', { cause });
  }
  return unavailable(cause);
}

/** Does `work`, with the contract's errors. */
export async function explained<T>(queue: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw explain(error, queue);
  }
}

export const unavailable = (error: unknown): TransportUnavailableError =>
  new TransportUnavailableError(transportName, 'Is Redis running at REDIS_URL?', { cause: withoutCommand(error) });

export const closed = (): TransportClosedError => new TransportClosedError(transportName);

// ioredis hangs the whole command on its errors: bodies, which have no place in a log.
function withoutCommand(error: unknown): Error {
  return new Error(error instanceof Error ? error.message : String(error));
}
