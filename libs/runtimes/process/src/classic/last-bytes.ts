import type { Readable } from 'node:stream';

/** Keeps the last bytes of what a stream gives, beside whoever reads it. @returns what there is of it so far */
export function lastBytes(stream: Readable, maxBytes: number): () => Buffer {
  let kept: Buffer = Buffer.alloc(0);
  stream.on('data', (chunk: Buffer) => {
    const all = chunk.length >= maxBytes ? chunk : Buffer.concat([kept, chunk]);
    // A copy: a view would keep all of what it is a view of.
    kept = all.length > maxBytes ? Buffer.from(all.subarray(-maxBytes)) : all;
  });
  return () => kept;
}
