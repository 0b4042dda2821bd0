import type { FunctionAddress } from '@later/job-schema';
import type { FunctionLogLine } from '@later/function-schema';

/** The memory that several buffers may use together. */
export interface Capacity {
  freeBytes: number;
}

export interface LineBufferOptions {
  readonly address: FunctionAddress;
  readonly maxBytes: number;
  /** Shared with other buffers; a line has to fit here too. */
  readonly shared?: Capacity;
  readonly now: () => Date;
}

/** The memory that a line takes in addition to its text: names, timestamp and objects. */
const overheadBytes = 256;

/**
 * A buffer of lines between a writer and a slower reader, bounded in bytes. From the first line that does not fit, all
 * lines are dropped until the reader takes the buffer. The buffer then ends with one line for each instance that says how
 * many of its lines were dropped.
 */
export class LineBuffer {
  readonly #options: LineBufferOptions;
  readonly #shared: Capacity;
  #lines: FunctionLogLine[] = [];
  #bytes = 0;
  readonly #dropped = new Map<string, number>();
  /** The number of dropped lines that each line about dropped lines reports. */
  readonly #reported = new WeakMap<FunctionLogLine, number>();

  constructor(options: LineBufferOptions) {
    this.#options = options;
    this.#shared = options.shared ?? { freeBytes: Infinity };
  }

  get isDropping(): boolean {
    return this.#dropped.size > 0;
  }

  /** @param textBytes the size of the line's text */
  add(line: FunctionLogLine, textBytes: number): void {
    const bytes = textBytes + overheadBytes;
    if (this.isDropping || this.#bytes + bytes > this.#options.maxBytes || bytes > this.#shared.freeBytes) {
      return this.drop(line.instance);
    }
    this.#lines.push(line);
    this.#bytes += bytes;
    this.#shared.freeBytes -= bytes;
  }

  drop(instance: string, count = 1): void {
    this.#dropped.set(instance, (this.#dropped.get(instance) ?? 0) + count);
  }

  /** Counts lines as dropped that were taken but could not be stored; a report counts as the lines it reports. */
  dropTaken(lines: readonly FunctionLogLine[]): void {
    for (const line of lines) this.drop(line.instance, this.#reported.get(line));
  }

  /** Removes and returns all lines, oldest first. */
  take(): readonly FunctionLogLine[] {
    const lines = this.#lines;
    for (const [instance, count] of this.#dropped) lines.push(this.#reportDropped(instance, count));
    this.#lines = [];
    this.#dropped.clear();
    this.#shared.freeBytes += this.#bytes;
    this.#bytes = 0;
    return lines;
  }

  #reportDropped(instance: string, count: number): FunctionLogLine {
    const { address, now } = this.#options;
    const { name, namespace } = address;
    const text = `… ${count} ${count === 1 ? 'line' : 'lines'} dropped`;
    const line = { name, namespace, instance, timestamp: now().toISOString(), text };
    this.#reported.set(line, count);
    return line;
  }
}
