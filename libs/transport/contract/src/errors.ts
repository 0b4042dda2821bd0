import type { Durability } from './backend.js';

/** The base of all transport errors: a stable `code`, the original error as `cause`, the remedy in the message. */
export abstract class TransportError extends Error {
  abstract readonly code: string;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** The backend cannot be reached or does not answer in time. Trying again later, with the same id, is safe. */
export class TransportUnavailableError extends TransportError {
  readonly code = 'TRANSPORT_UNAVAILABLE';

  constructor(transport: string, remedy: string, options?: ErrorOptions) {
    super(`Transport "${transport}" cannot be reached. ${remedy}`, options);
  }
}

/** The backend is up but has no space for more messages. Trying again later, with the same id, is safe. */
export class QueueFullError extends TransportError {
  readonly code = 'QUEUE_FULL';

  constructor(queue: string, remedy: string, options?: ErrorOptions) {
    super(`Queue "${queue}" is full. ${remedy}`, options);
  }
}

/** The message is larger than the backend's limit. Trying again does not help. */
export class MessageTooLargeError extends TransportError {
  readonly code = 'MESSAGE_TOO_LARGE';

  constructor(
    readonly bytes: number,
    readonly maxBytes: number,
    remedy: string,
  ) {
    super(`A message of ${bytes} bytes is over the limit of ${maxBytes}. ${remedy}`);
  }
}

/** The backend's settings cannot give the durability that was asked for. */
export class DurabilityError extends TransportError {
  readonly code = 'DURABILITY_UNMET';

  constructor(
    readonly setting: string,
    asked: Durability,
    remedy: string,
  ) {
    super(`DURABILITY=${asked} cannot be kept with ${setting}. ${remedy}`);
  }
}

/** The transport was used after `close()`. */
export class TransportClosedError extends TransportError {
  readonly code = 'TRANSPORT_CLOSED';

  constructor(transport: string) {
    super(`Transport "${transport}" is closed. Publish before close().`);
  }
}
