import type { Readable } from 'node:stream';

/**
 * Holds output back until its end, as far as it is no more than this; the rest is read and thrown away.
 * @param onTooMuch called once, as soon as it is
 */
export async function collectOutput(output: Readable, maxBytes: number, onTooMuch: () => void): Promise<Buffer> {
  const { promise, resolve } = Promise.withResolvers<void>();
  let chunks: Buffer[] = [];
  let size = 0;
  output.on('data', (chunk: Buffer) => {
    const before = size;
    size += chunk.length;
    if (size <= maxBytes) chunks.push(chunk);
    else if (before <= maxBytes) {
      chunks = [];
      onTooMuch();
    }
  });
  output.on('error', () => undefined).once('close', resolve);
  await promise;
  return Buffer.concat(chunks);
}
