import type { FunctionLogLine } from '@later/function-schema';

import { LineBuffer, type LineBufferOptions } from './line-buffer.js';
import type { LineFilter } from './log-query.js';

export interface FollowerOptions extends LineBufferOptions {
  readonly isWanted: LineFilter;
  readonly signal: AbortSignal;
}

/** A reader of new lines, until the signal aborts or `end` is called. */
export class Follower {
  readonly #buffer: LineBuffer;
  readonly #isWanted: LineFilter;
  readonly #signal: AbortSignal;
  #changed = Promise.withResolvers<void>();
  #ended = false;

  constructor(options: FollowerOptions) {
    this.#buffer = new LineBuffer(options);
    this.#isWanted = options.isWanted;
    this.#signal = options.signal;
  }

  offer(line: FunctionLogLine, textBytes: number): void {
    if (!this.#isWanted(line)) return;
    this.#buffer.add(line, textBytes);
    this.#changed.resolve();
  }

  /** Ends the lines after those that were offered already. */
  readonly end = (): void => {
    this.#ended = true;
    this.#changed.resolve();
  };

  async *lines(): AsyncGenerator<FunctionLogLine> {
    this.#signal.addEventListener('abort', this.end);
    try {
      for (;;) {
        const ended = this.#ended || this.#signal.aborted;
        for (const line of this.#buffer.take()) {
          if (this.#signal.aborted) return;
          yield line;
        }
        if (ended) return;
        await this.#changed.promise;
        this.#changed = Promise.withResolvers();
      }
    } finally {
      this.#signal.removeEventListener('abort', this.end);
    }
  }
}
