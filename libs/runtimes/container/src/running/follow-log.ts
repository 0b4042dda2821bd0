import type { Container } from 'dockerode';
import { LogBudget, LogLines } from '@later/function-logs';

/** The log of a container while it is written. */
export interface ContainerLog {
  /** Resolves once all output has been read, or the output cannot be read any more. */
  readonly ended: Promise<void>;
  /** The last line that the container printed; undefined before the first. */
  readonly lastLine: string | undefined;
}

/** Passes on both output streams of a container line by line. The container must not be started yet. */
export async function followLog(container: Container, write: (line: string) => void): Promise<ContainerLog> {
  const stream = await container.attach({ stream: true, stdout: true, stderr: true });
  const { promise: ended, resolve } = Promise.withResolvers<void>();
  let lastLine: string | undefined;
  const writeLine = (line: string): void => {
    if (line !== '') lastLine = line;
    write(line);
  };
  const budget = new LogBudget();
  const [stdout, stderr] = [new LogLines(writeLine, budget), new LogLines(writeLine, budget)];
  (container.modem as Modem).demuxStream(stream, asWritable(stdout), asWritable(stderr));
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

/** `demuxStream` uses only the `write` of its streams. */
const asWritable = (lines: LogLines) =>
  ({ write: (chunk: Buffer) => lines.push(chunk) }) as unknown as NodeJS.WritableStream;
