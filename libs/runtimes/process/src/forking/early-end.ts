import type { ServerResponse } from 'node:http';

import { Deadline } from '@later/http-kit';

/** Why a call ended before its process did. */
export type EarlyEndReason = 'too-slow' | 'stopped' | 'client-gone' | 'too-much';

/**
 * Ends a call early when its time is over, its client goes away, its instance is stopped or its output is too long. The
 * first of these is the reason.
 */
export class EarlyEnd implements Disposable {
  readonly #deadline: Deadline;
  #reason: EarlyEndReason | undefined;

  constructor(response: ServerResponse, timeoutMs: number, stopped: AbortSignal) {
    this.#deadline = new Deadline(timeoutMs, stopped);
    response.once('close', () => {
      if (!response.writableFinished) this.trigger('client-gone');
    });
    const setReason = (): void => void (this.#reason ??= this.#deadline.passed ? 'too-slow' : 'stopped');
    if (this.signal.aborted) setReason();
    else this.signal.addEventListener('abort', setReason);
    if (response.destroyed) this.trigger('client-gone');
  }

  get signal(): AbortSignal {
    return this.#deadline.signal;
  }

  /** Undefined until the call ends early. */
  get reason(): EarlyEndReason | undefined {
    return this.#reason;
  }

  /** Resolves when the call ends early; never when it does not. */
  get happened(): Promise<undefined> {
    return new Promise((resolve) => {
      if (this.signal.aborted) resolve(undefined);
      this.signal.addEventListener('abort', () => resolve(undefined));
    });
  }

  trigger(reason: EarlyEndReason): void {
    this.#reason ??= reason;
    this.#deadline.abort(new Error(reason));
  }

  [Symbol.dispose](): void {
    this.#deadline[Symbol.dispose]();
  }
}
