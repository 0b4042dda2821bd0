import type { Container } from 'dockerode';
import { LogBudget, LogLines } from '@later/function-logs';

/** The log of a container as it is written. */
export interface FollowedLog {
  /** Resolves once it has printed all it ever will, or cannot be followed any more. */
  readonly ended: Promise<void>;
  /** What it printed last; undefined before it printed anything. */
  readonly lastLine: string | undefined;
}

/** Hands over what a container that is not started yet will print, both of its streams, line by line. */
export async function followLog(container: Container, write: (line: string) => void): Promise<FollowedLog> {
  const stream = await container.attach({ stream: true, stdout: true, stderr: true });
  const { promise: ended, resolve } = Promise.withResolvers<void>();
  let lastLine: string | undefined;
  const writeLine = (line: string): void => {
    if (line !== '') lastLine = line;
    write(line);
  };
  const budget = new LogBudget();
  const [stdout, stderr] = [new LogLines(writeLine, budget), new LogLines(writeLine, budget)];
  (container.modem as Modem).demuxStream(stream, into(stdout), into(stderr));
  const finish = (): void => {
    stdout.end();
    stderr.end();
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

/** All that `demuxStream` ever does with what it is given is to write to it. */
const into = (lines: LogLines) => ({ write: (chunk: Buffer) => lines.push(chunk) }) as unknown as NodeJS.WritableStream;
