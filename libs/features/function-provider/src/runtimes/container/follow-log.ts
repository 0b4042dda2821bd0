import type { Container } from 'dockerode';

import { LineReader } from './line-reader.js';

/** The log of a container as it is written. */
export interface FollowedLog {
  /** Resolves once it has printed all it ever will, or cannot be followed any more. */
  readonly ended: Promise<void>;
  /** What it printed last; undefined before it printed anything. */
  readonly lastLine: string | undefined;
}

/** Hands over what a container that is not started yet will print, both of its streams, line by line. */
export async function followLog(container: Container, take: (line: string) => void): Promise<FollowedLog> {
  const stream = await container.attach({ stream: true, stdout: true, stderr: true });
  const { promise: ended, resolve } = Promise.withResolvers<void>();
  let lastLine: string | undefined;
  const takeLine = (line: string): void => {
    if (line !== '') lastLine = line;
    take(line);
  };
  const readers = [new LineReader(takeLine), new LineReader(takeLine)] as const;
  // It only ever writes to what it is given.
  const [stdout, stderr] = readers as unknown as [NodeJS.WritableStream, NodeJS.WritableStream];
  (container.modem as Modem).demuxStream(stream, stdout, stderr);
  const finish = (): void => {
    for (const reader of readers) reader.end();
    resolve();
  };
  stream.once('end', finish).once('close', finish).on('error', finish);
  return {
    ended,
    get lastLine() {
      return lastLine;
    },
  };
}

interface Modem {
  demuxStream(stream: NodeJS.ReadableStream, stdout: NodeJS.WritableStream, stderr: NodeJS.WritableStream): void;
}
