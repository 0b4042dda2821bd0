import type { Readable } from 'node:stream';

/** Keeps the last bytes of a stream, which others may read too. @returns a function that gives the bytes kept so far */
export function keepLastBytes(stream: Readable, maxBytes: number): () => Buffer {
  let kept: Buffer = Buffer.alloc(0);
  stream.on('data', (chunk: Buffer) => {
    const all = chunk.length >= maxBytes ? chunk : Buffer.concat([kept, chunk]);
    // A copy, because a view would keep the whole chunk in memory.
    kept = all.length > maxBytes ? Buffer.from(all.subarray(-maxBytes)) : all;
  });
  return () => kept;
}
