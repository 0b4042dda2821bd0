import type { Logger } from '@later/service-kit';

import type { ProviderUnavailableError } from '../provider/provider-unavailable-error.js';

/** A provider that answers, but not as one, is told of this often at most: callers can choose what is asked. */
const tellEveryMs = 60_000;

/** Whether the provider is there, as far as was last seen; logs once when it goes and once when it comes back. */
export class ProviderPresence {
  #away = false;
  #awayUntil = 0;
  #toldAt = -Infinity;

  constructor(
    private readonly log: Pick<Logger, 'info' | 'warn'>,
    /** How long what was seen holds, in ms. */
    private readonly holdsMs: number,
  ) {}

  /** Whether it is still to be taken for away at this moment of the monotonic clock. */
  isAwayAt(nowMs: number): boolean {
    return nowMs < this.#awayUntil;
  }

  answered(): void {
    this.#awayUntil = 0;
    if (!this.#away) return;
    this.#away = false;
    this.log.info('The provider is back');
  }

  /** @param tookMs until that was known: the next one to ask would wait as long */
  failed({ kind, url, reason, message }: ProviderUnavailableError, tookMs: number): void {
    const now = performance.now();
    if (kind === 'unreachable') {
      this.#awayUntil = now + tookMs + this.holdsMs;
      if (this.#away) return;
      this.#away = true;
      this.log.warn({ url, reason }, 'The provider is away: functions are served as they were last known');
    } else if (now - this.#toldAt > tellEveryMs) {
      this.#toldAt = now;
      this.log.warn({ url, reason }, message);
    }
  }
}
