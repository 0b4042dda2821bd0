import type { ServerResponse } from 'node:http';

import { Deadline } from '@later/http-kit';

/** Why a call ended before its function did. */
export type Cut = 'too-slow' | 'stopped' | 'client-gone' | 'too-much';

/** What may end a call early: its time, its client, its instance, its output. Whichever comes first is the reason. */
export class CallEnd implements Disposable {
  readonly #deadline: Deadline;
  #cut: Cut | undefined;

  constructor(response: ServerResponse, timeoutMs: number, stopped: AbortSignal) {
    this.#deadline = new Deadline(timeoutMs, stopped);
    response.once('close', () => {
      if (!response.writableFinished) this.cutShort('client-gone');
    });
    const mark = (): void => void (this.#cut ??= this.#deadline.passed ? 'too-slow' : 'stopped');
    if (this.signal.aborted) mark();
    else this.signal.addEventListener('abort', mark);
    if (response.destroyed) this.cutShort('client-gone');
  }

  get signal(): AbortSignal {
    return this.#deadline.signal;
  }

  get cut(): Cut | undefined {
    return this.#cut;
  }

  /** Resolves when the call is to end early; never when it is not. */
  get cutOff(): Promise<undefined> {
    return new Promise((resolve) => {
      if (this.signal.aborted) resolve(undefined);
      this.signal.addEventListener('abort', () => resolve(undefined));
    });
  }

  cutShort(cut: Cut): void {
    this.#cut ??= cut;
    this.#deadline.abort(new Error(cut));
  }

  [Symbol.dispose](): void {
    this.#deadline[Symbol.dispose]();
  }
}
