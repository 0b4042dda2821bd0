import type { Logger } from '@later/service-kit';

import type { ProviderUnavailableError } from '../provider/provider-unavailable-error.js';

/** Limits the warnings about a provider whose answers cannot be used: callers choose how often it is asked. */
const warnEveryMs = 60_000;

/** Whether the provider could be reached at the last lookup. Logs once when it goes away and once when it is back. */
export class ProviderPresence {
  #away = false;
  #awayUntil = 0;
  #warnedAt = -Infinity;

  constructor(
    private readonly log: Pick<Logger, 'info' | 'warn'>,
    /** How long a failure counts after it was noticed, in ms. */
    private readonly holdsMs: number,
  ) {}

  /** Whether the last failure still counts at this moment of the monotonic clock. */
  isAwayAt(nowMs: number): boolean {
    return nowMs < this.#awayUntil;
  }

  markPresent(): void {
    this.#awayUntil = 0;
    if (!this.#away) return;
    this.#away = false;
    this.log.info('The provider is back');
  }

  /** @param tookMs how long the failed lookup took: the next lookup would probably take as long */
  markFailed({ kind, url, reason, message }: ProviderUnavailableError, tookMs: number): void {
    const now = performance.now();
    if (kind === 'unreachable') {
      this.#awayUntil = now + tookMs + this.holdsMs;
      if (this.#away) return;
      this.#away = true;
      this.log.warn({ url, reason }, 'The provider is away: functions are served as they were last known');
    } else if (now - this.#warnedAt > warnEveryMs) {
      this.#warnedAt = now;
      this.log.warn({ url, reason }, message);
    }
  }
}
