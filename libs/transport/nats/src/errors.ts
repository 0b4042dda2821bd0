import { JetStreamApiError } from '@nats-io/jetstream';
import { RequestError } from '@nats-io/transport-node';
import { QueueFullError, TransportUnavailableError } from '@later/transport-contract';

/** `err_code` of the JetStream API (server/errors.json of nats-server). */
export const apiCode = {
  accountResourcesExceeded: 10002,
  consumerExists: 10148,
  consumerNameInUse: 10013,
  consumerNotFound: 10014,
  insufficientResources: 10023,
  memoryExceeded: 10028,
  messageNotFound: 10037,
  storageExceeded: 10047,
  messageTooLarge: 10054,
  notEnabled: 10076,
  notEnabledForAccount: 10039,
  sequenceNotFound: 10043,
  streamNameInUse: 10058,
  streamNotFound: 10059,
  storeFailed: 10077,
  subjectsOverlap: 10065,
  wrongLastMessageId: 10070,
} as const;

const fullCodes: readonly number[] = [
  apiCode.accountResourcesExceeded,
  apiCode.insufficientResources,
  apiCode.memoryExceeded,
  apiCode.storageExceeded,
];

export const codeOf = (error: unknown): number | undefined =>
  error instanceof JetStreamApiError ? error.code : undefined;

/** Whether the server is up but stores no more messages: the queue, the account or the disk is at its limit. */
export function isFull(error: unknown): boolean {
  const code = codeOf(error);
  if (code === undefined) return false;
  return (
    fullCodes.includes(code) || (code === apiCode.storeFailed && /maximum|no space/i.test((error as Error).message))
  );
}

/** Whether the stream or consumer does not exist: it was never created, or the server lost its data. */
export function isMissing(error: unknown): boolean {
  if (codeOf(error) === apiCode.streamNotFound) return true;
  const cause = error instanceof RequestError ? error : error instanceof Error ? error.cause : undefined;
  return cause instanceof RequestError && cause.isNoResponders();
}

/** Whether the server runs without JetStream, or this account may not use it. */
export function isJetStreamOff(error: unknown): boolean {
  const code = codeOf(error);
  return code === apiCode.notEnabled || code === apiCode.notEnabledForAccount || isMissing(error);
}

export const queueFull = (queue: string): QueueFullError =>
  new QueueFullError(queue, 'Raise the limits of its stream or of JetStream, or wait until work is done.');

export const unavailable = (url: string, cause?: unknown): TransportUnavailableError =>
  new TransportUnavailableError('nats', `Is nats-server running at NATS_URL (${withoutSecrets(url)})?`, { cause });

export const withoutSecrets = (url: string): string => url.replaceAll(/\/\/[^@/,]*@/g, '//');
