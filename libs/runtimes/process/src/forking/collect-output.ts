import type { Readable } from 'node:stream';

/**
 * Collects output until it ends. Output longer than `maxBytes` is read and discarded.
 * @param onTooMuch called once, as soon as there is more than `maxBytes`
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
