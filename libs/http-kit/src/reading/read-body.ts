import type { Readable } from 'node:stream';

/** A body that is longer than its reader's limit. */
export class BodyTooLargeError extends Error {
  readonly code = 'BODY_TOO_LARGE';

  constructor(maxBytes: number) {
    super(`The body is over the limit of ${maxBytes} bytes.`);
  }
}

/** A body whose sender closed the connection before the end. */
export class BodyBrokeOffError extends Error {
  readonly code = 'BODY_BROKE_OFF';
}

/** An incoming request or answer. */
export type Incoming = Readable & { readonly headers?: Readonly<Record<string, unknown>> };

/**
 * Reads a body as bytes.
 * Leaves the stream open when the body is too large or the signal aborts: the answer needs the request's connection.
 * Node discards the rest of the body after the answer.
 * @throws BodyTooLargeError as soon as the length is known: at once for a declared length
 * @throws BodyBrokeOffError when the sender closes the connection
 * @throws the signal's reason when it aborts
 */
export async function readBody(incoming: Incoming, maxBytes: number, signal?: AbortSignal): Promise<Buffer> {
  if (Number(incoming.headers?.['content-length'] ?? 0) > maxBytes) throw new BodyTooLargeError(maxBytes);
  signal?.throwIfAborted();
  // A stream that closed before has no more events.
  if (incoming.destroyed && !incoming.readableEnded) throw new BodyBrokeOffError('The body broke off');
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  const chunks: Buffer[] = [];
  let size = 0;
  const take = (chunk: Buffer): void => {
    size += chunk.length;
    if (size > maxBytes) reject(new BodyTooLargeError(maxBytes));
    else chunks.push(chunk);
  };
  const finish = (): void => resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, size));
  const breakOff = (): void => {
    if (!incoming.readableEnded) reject(new BodyBrokeOffError('The body broke off'));
  };
  const giveUp = (): void => reject(signal?.reason as Error);
  // When a client closes the connection, Node emits an error before the close.
  const fail = (cause: Error): void => reject(new BodyBrokeOffError('The body broke off', { cause }));
  incoming.on('data', take).once('end', finish).once('error', fail).once('close', breakOff);
  signal?.addEventListener('abort', giveUp);
  try {
    return await promise;
  } finally {
    incoming.off('data', take).off('end', finish).off('close', breakOff);
    signal?.removeEventListener('abort', giveUp);
  }
}
