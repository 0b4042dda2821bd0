import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';

import type { LogBudget } from './log-budget.js';

/** In characters. A longer line is split into several. */
const longestLine = 16 * 1024;

/**
 * Splits the output of a function into lines. A function that prints faster than its budget is not slowed down, because
 * its callers would wait longer: the surplus is left out, and a line says how many bytes.
 */
export class LogLines {
  readonly #decoder = new StringDecoder('utf8');
  #line = '';
  #afterReturn = false;
  #leftOutBytes = 0;

  constructor(
    private readonly write: (text: string) => void,
    private readonly budget: LogBudget,
  ) {}

  push(chunk: Buffer): void {
    if (this.budget.take(chunk.length)) {
      this.#reportLeftOut();
      this.#addText(this.#decoder.write(chunk));
    } else {
      this.#flush();
      this.#leftOutBytes += chunk.length;
    }
  }

  /** Writes the last line, which has no line break. */
  end(): void {
    this.#flush();
    this.#reportLeftOut();
  }

  #addText(text: string): void {
    // The previous chunk ended in \r: this \n belongs to the same line break.
    const start = this.#afterReturn && text.startsWith('\n') ? 1 : 0;
    if (text !== '') this.#afterReturn = text.endsWith('\r');
    const lines = text.slice(start).split(/\r\n|\r|\n/);
    const last = lines.pop() ?? '';
    for (const line of lines) {
      this.#writeCapped(this.#line + line);
      this.#line = '';
    }
    this.#line += last;
    while (this.#line.length > longestLine) {
      this.write(this.#line.slice(0, longestLine));
      this.#line = this.#line.slice(longestLine);
    }
  }

  #writeCapped(line: string): void {
    let rest = line;
    for (; rest.length > longestLine; rest = rest.slice(longestLine)) this.write(rest.slice(0, longestLine));
    this.write(rest);
  }

  #flush(): void {
    const rest = this.#line + this.#decoder.end();
    this.#line = '';
    this.#afterReturn = false;
    if (rest !== '') this.#writeCapped(rest);
  }

  #reportLeftOut(): void {
    if (this.#leftOutBytes > 0) this.write(`${this.#leftOutBytes} bytes left out: printed faster than 1 MiB a second`);
    this.#leftOutBytes = 0;
  }
}

/** Writes the output of a stream line by line. Resolves when the stream has ended or failed. */
export async function logStream(stream: Readable, write: (text: string) => void, budget: LogBudget): Promise<void> {
  const lines = new LogLines(write, budget);
  const { promise, resolve } = Promise.withResolvers<void>();
  stream
    .on('data', (chunk: Buffer) => lines.push(chunk))
    .on('error', () => undefined)
    .once('close', resolve);
  await promise;
  lines.end();
}
