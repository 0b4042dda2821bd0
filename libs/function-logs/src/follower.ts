import type { FunctionLogLine } from '@later/function-schema';

import { LineBuffer, type LineBufferOptions } from './line-buffer.js';
import type { IsWanted } from './log-query.js';

export interface FollowerOptions extends LineBufferOptions {
  readonly isWanted: IsWanted;
  readonly signal: AbortSignal;
}

/** One who reads lines as they come, until the signal aborts or there can be no more. */
export class Follower {
  readonly #buffer: LineBuffer;
  readonly #isWanted: IsWanted;
  readonly #signal: AbortSignal;
  #news = Promise.withResolvers<void>();
  #ended = false;

  constructor(options: FollowerOptions) {
    this.#buffer = new LineBuffer(options);
    this.#isWanted = options.isWanted;
    this.#signal = options.signal;
  }

  offer(line: FunctionLogLine, textBytes: number): void {
    if (!this.#isWanted(line)) return;
    this.#buffer.add(line, textBytes);
    this.#news.resolve();
  }

  /** No more will come; what was offered is still read. */
  readonly end = (): void => {
    this.#ended = true;
    this.#news.resolve();
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
        await this.#news.promise;
        this.#news = Promise.withResolvers();
      }
    } finally {
      this.#signal.removeEventListener('abort', this.end);
    }
  }
}
