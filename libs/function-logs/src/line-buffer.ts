import type { FunctionAddress } from '@later/job-schema';
import type { FunctionLogLine } from '@later/function-schema';

/** What several buffers share. */
export interface Room {
  freeBytes: number;
}

export interface LineBufferOptions {
  readonly address: FunctionAddress;
  readonly maxBytes: number;
  /** Has to have room as well. */
  readonly shared?: Room;
  readonly now: () => Date;
}

/** What a line takes besides its text: its names, its timestamp, and their places in memory. */
const overheadBytes = 256;

/**
 * Lines on their way to who may be slower than who writes them, bounded in bytes. From the first line that finds no
 * room, lines are dropped until the others are taken; then one line for each instance tells how many, in their place.
 */
export class LineBuffer {
  readonly #options: LineBufferOptions;
  readonly #shared: Room;
  #lines: FunctionLogLine[] = [];
  #bytes = 0;
  readonly #dropped = new Map<string, number>();
  /** How many lines one stands for that tells of dropped ones. */
  readonly #tellsOf = new WeakMap<FunctionLogLine, number>();

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

  /** Drops lines that were taken, but could not be put where they belong. */
  dropTaken(lines: readonly FunctionLogLine[]): void {
    for (const line of lines) this.drop(line.instance, this.#tellsOf.get(line));
  }

  /** Takes all that is there, oldest first. */
  take(): readonly FunctionLogLine[] {
    const lines = this.#lines;
    for (const [instance, count] of this.#dropped) lines.push(this.#tellingOf(instance, count));
    this.#lines = [];
    this.#dropped.clear();
    this.#shared.freeBytes += this.#bytes;
    this.#bytes = 0;
    return lines;
  }

  #tellingOf(instance: string, count: number): FunctionLogLine {
    const { address, now } = this.#options;
    const { name, namespace } = address;
    const text = `… ${count} ${count === 1 ? 'line' : 'lines'} dropped`;
    const line = { name, namespace, instance, timestamp: now().toISOString(), text };
    this.#tellsOf.set(line, count);
    return line;
  }
}
