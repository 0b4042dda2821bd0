import type { IncomingMessage } from 'node:http';

/** A body that is longer than its function takes. */
export class BodyTooLargeError extends Error {
  readonly code = 'BODY_TOO_LARGE';
}

/**
 * Reads a body, byte for byte.
 * The stream is left as it is when the limit is passed or the signal aborts: to destroy it would cost the answer its
 * connection. Node throws away what still comes once the answer is sent.
 * @throws BodyTooLargeError as soon as that is known, which for a declared length is at once
 */
export async function readBody(request: IncomingMessage, maxBytes: number, signal: AbortSignal): Promise<Buffer> {
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw new BodyTooLargeError();
  signal.throwIfAborted();
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  const chunks: Buffer[] = [];
  let size = 0;
  const take = (chunk: Buffer): void => {
    size += chunk.length;
    if (size > maxBytes) reject(new BodyTooLargeError());
    else chunks.push(chunk);
  };
  const finish = (): void => resolve(Buffer.concat(chunks, size));
  const giveUp = (): void => reject(signal.reason as Error);
  request.on('data', take).once('end', finish).once('error', reject);
  signal.addEventListener('abort', giveUp);
  try {
    return await promise;
  } finally {
    request.off('data', take).off('end', finish);
    signal.removeEventListener('abort', giveUp);
  }
}
