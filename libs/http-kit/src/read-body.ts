import type { Readable } from 'node:stream';

/** A body that is longer than who reads it will take. */
export class BodyTooLargeError extends Error {
  readonly code = 'BODY_TOO_LARGE';

  constructor(maxBytes: number) {
    super(`The body is over the limit of ${maxBytes} bytes.`);
  }
}

/** A body whose sender went away before its end. */
export class BodyBrokeOffError extends Error {
  readonly code = 'BODY_BROKE_OFF';
}

/** A request or an answer that is coming in. */
export type Incoming = Readable & { readonly headers?: Readonly<Record<string, unknown>> };

/**
 * Reads a body, byte for byte.
 * The stream is left as it is when the limit is passed or the signal aborts: to destroy a request would cost the answer
 * its connection. Node throws away what still comes once the answer is sent.
 * @throws BodyTooLargeError as soon as that is known, which for a declared length is at once
 * @throws BodyBrokeOffError when its sender goes away
 * @throws the signal's reason when it aborts
 */
export async function readBody(incoming: Incoming, maxBytes: number, signal?: AbortSignal): Promise<Buffer> {
  if (Number(incoming.headers?.['content-length'] ?? 0) > maxBytes) throw new BodyTooLargeError(maxBytes);
  signal?.throwIfAborted();
  // Who went away before is not heard of again.
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
  // Node tells of a client that went away by an error before the close.
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
