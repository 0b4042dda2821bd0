import { setTimeout as delay } from 'node:timers/promises';

import type { Dispatcher } from 'undici';
import { isListening, forwardCall } from '@later/http-kit';
import type { Instance, InstanceCall, InstanceUsage } from '@later/runtime-contract';

/** How often an instance checks that its server still listens. */
const checkEveryMs = 5_000;

/** A function behind a URL: it can be called while a server listens there. */
export class UpstreamInstance implements Instance {
  readonly ended: Promise<string>;
  readonly #stopped = new AbortController();

  constructor(
    readonly id: string,
    private readonly url: URL,
    private readonly http: Dispatcher,
  ) {
    this.ended = this.#watch();
  }

  answer(call: InstanceCall): Promise<void> {
    return forwardCall(this.http, this.url, call);
  }

  /** Always 0: the usage of a server elsewhere cannot be measured. */
  async usage(): Promise<InstanceUsage> {
    return { cpuMilli: 0, memoryBytes: 0 };
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
  }

  async #watch(): Promise<string> {
    const { signal } = this.#stopped;
    try {
      do await delay(checkEveryMs, undefined, { signal, ref: false });
      while (await isListening(this.url));
    } catch {
      // The instance was stopped, so it did not end by itself.
      return new Promise(() => undefined);
    }
    return `nothing listens at ${this.url.origin} any more`;
  }
}
