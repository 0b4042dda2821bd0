import { type FunctionStatus } from '@later/function-schema';
import { fullName, type FunctionAddress } from '@later/job-schema';
import type { Logger } from '@later/service-kit';
import { LRUCache } from 'lru-cache';

import type { CallableFunction, FunctionDirectory } from '../function-directory.js';
import type { ProviderClient } from '../provider/provider-client.js';
import { ProviderUnavailableError } from '../provider/provider-unavailable-error.js';
import { SingleFlight } from '../waking/single-flight.js';
import { wakeFunction } from '../waking/wake-function.js';
import { callableFunction } from './callable-function.js';
import { ProviderPresence } from './provider-presence.js';

/** No call is answered from an entry that is older than this. */
const staleAfterMs = 1_000;
/** An older entry is refreshed in the background, so that calls of a function in use never wait for the provider. */
const refreshAfterMs = staleAfterMs / 2;
const maxEntries = 10_000;

/** The provider's answer for one name. The times are in ms of the monotonic clock. */
interface Entry {
  /** undefined: the provider has no function of this name. */
  readonly fn: CallableFunction | undefined;
  /** Resolved with `fn`, and made once: answering from memory costs one map lookup and no promise. */
  readonly found: Promise<CallableFunction | undefined>;
  readonly warnings: string;
  refreshAt: number;
  freshUntil: number;
}

/**
 * The functions of a provider, at most a second old. An entry is
 *
 * - fresh for half a second after its lookup: calls are answered from memory;
 * - then, until it is a second old, answered from memory and looked up in the background;
 * - then stale: calls wait for the provider, all of them for the same lookup.
 *
 * While the provider is away, a known function is served as last known, and an unknown name is an error.
 *
 * `fetchMethod` keeps one lookup per name in flight; replacing or deleting an entry detaches its lookup, whose answer
 * then goes only to the calls that already wait for it. The cache's `ttl` is not used, because it knows one limit of
 * age where an entry has two, and because a stale entry must stay for the time that the provider is away.
 */
export class ProviderDirectory implements FunctionDirectory {
  readonly #functions = this.#cache();
  // A cache of its own, so that invented names evict no function.
  readonly #missing = this.#cache();
  readonly #wakes = new SingleFlight();
  readonly #presence: ProviderPresence;

  constructor(
    private readonly provider: ProviderClient,
    private readonly log: Pick<Logger, 'info' | 'warn'>,
  ) {
    this.#presence = new ProviderPresence(log, staleAfterMs);
  }

  /** @throws ProviderUnavailableError when the provider is away and this name is not known */
  find(address: FunctionAddress): Promise<CallableFunction | undefined> {
    const key = fullName(address);
    const entry = this.#functions.get(key) ?? this.#missing.get(key);
    if (entry === undefined) return this.#lookUp(this.#missing, key, address);
    const now = performance.now();
    if (now < entry.refreshAt) return entry.found;
    const lookup = this.#lookUp(entry.fn ? this.#functions : this.#missing, key, address);
    const servable = now < entry.freshUntil || (entry.fn && !isExpired(entry) && this.#presence.isAwayAt(now));
    if (!servable) return lookup;
    // In the background: no caller waits for this lookup, so no caller handles its failure.
    lookup.catch(() => undefined);
    return entry.found;
  }

  /** Makes the next call ask the provider, as after a change. The entry still serves while the provider is away. */
  expire(address: FunctionAddress): void {
    const key = fullName(address);
    this.#missing.delete(key);
    const entry = this.#functions.get(key);
    if (entry) this.#expireEntry(key, entry);
  }

  /** Forgets a function, as after its removal. */
  forget(address: FunctionAddress): void {
    const key = fullName(address);
    this.#missing.delete(key);
    this.#functions.delete(key);
  }

  /** Expires every function, as after a change of a namespace. */
  expireAll(): void {
    this.#missing.clear();
    // `dump()` is a copy, and includes the entries whose lookup is in flight; `entries()` is neither.
    for (const [key, { value }] of this.#functions.dump()) this.#expireEntry(key, value);
  }

  #expireEntry(key: string, entry: Entry): void {
    entry.refreshAt = entry.freshUntil = expired;
    // Detaches the lookup in flight: its answer may be older than the change.
    this.#functions.set(key, entry);
  }

  #cache(): LRUCache<string, Entry, FunctionAddress> {
    return new LRUCache({
      max: maxEntries,
      fetchMethod: (key, _, { context, signal }) => this.#askProvider(key, context, signal),
      // The calls that wait for a detached lookup still get its answer.
      ignoreFetchAbort: true,
      noDeleteOnFetchRejection: true,
    });
  }

  /** Joins the lookup of this name that is in flight, or starts one. */
  async #lookUp(cache: LRUCache<string, Entry, FunctionAddress>, key: string, address: FunctionAddress) {
    const entry = await cache.fetch(key, { context: address, forceRefresh: true });
    return entry?.fn;
  }

  /** @param detached aborts when the entry changes while the provider is asked: the answer is then not remembered */
  async #askProvider(key: string, address: FunctionAddress, detached: AbortSignal): Promise<Entry> {
    const askedAt = performance.now();
    try {
      const status = await this.provider.functionStatus(address);
      this.#presence.markPresent();
      const entry = this.#entryOf(key, address, status, askedAt);
      if (!detached.aborted) this.#remember(key, entry);
      return entry;
    } catch (error) {
      if (!(error instanceof ProviderUnavailableError)) throw error;
      const now = performance.now();
      this.#presence.markFailed(error, now - askedAt);
      const last = this.#functions.get(key);
      if (!last) throw error;
      if (!detached.aborted) last.refreshAt = now + refreshAfterMs;
      return last;
    }
  }

  #entryOf(key: string, address: FunctionAddress, status: FunctionStatus | undefined, askedAt: number): Entry {
    const times = { refreshAt: askedAt + refreshAfterMs, freshUntil: askedAt + staleAfterMs };
    if (!status) return { fn: undefined, found: Promise.resolve(undefined), warnings: '', ...times };
    const reading = callableFunction(address, status, this.provider.upstreamOf(address));
    const wake = (signal?: AbortSignal): Promise<void> => this.#wakes.join(key, () => this.#wake(address), signal);
    const fn = reading.asleep ? { ...reading.fn, wake } : reading.fn;
    return { fn, found: Promise.resolve(fn), warnings: reading.warnings.join('; '), ...times };
  }

  async #wake(address: FunctionAddress): Promise<void> {
    if (await this.provider.wakesFunctions()) return;
    await wakeFunction(this.provider, address).finally(() => this.expire(address));
  }

  #remember(key: string, entry: Entry): void {
    const { fn, warnings } = entry;
    const before = this.#functions.get(key);
    if (warnings && warnings !== before?.warnings) this.log.warn({ function: key }, warnings);
    if (fn) {
      this.#missing.delete(key);
      this.#functions.set(key, entry);
    } else {
      this.#functions.delete(key);
      this.#missing.set(key, entry);
    }
  }
}

/** The time of an entry whose function was changed by this gateway since its lookup. */
const expired = -Infinity;

const isExpired = ({ freshUntil }: Entry): boolean => freshUntil === expired;
