import { ADDRCONFIG, lookup, type LookupAddress } from 'node:dns';
import { lookup as resolveHost } from 'node:dns/promises';
import type { LookupFunction } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

import { LRUCache } from 'lru-cache';

type Addresses = readonly LookupAddress[];

export interface DnsCacheOptions {
  /** Resolves all addresses of a host. It may need several seconds when a name server does not answer. */
  readonly resolve?: (host: string) => Promise<Addresses>;
  /** How long addresses are used without another question, in ms. */
  readonly freshMs?: number;
  /** How long a question may delay a connection when older addresses are known, in ms. */
  readonly maxDelayMs?: number;
  /** The age up to which older addresses are used when the question fails, in ms: later, another host may have them. */
  readonly maxAgeMs?: number;
  readonly clock?: { now(): number };
}

const maxHosts = 1_000;

/**
 * Looks up the addresses of hosts for connections, and caches them: a slow or absent name server delays no call to a
 * host that was called before. Lookups of one host at the same time share one question, because each question occupies
 * one of the few threads that a process has for them.
 */
export class DnsCache {
  readonly #cache: LRUCache<string, { readonly addresses: Addresses; readonly at: number }>;
  readonly #maxDelayMs: number;
  readonly #maxAgeMs: number;
  readonly #clock: { now(): number };

  constructor(options: DnsCacheOptions = {}) {
    const { resolve = resolveAll, freshMs = 1_000, maxDelayMs = 500, maxAgeMs = 60_000, clock = performance } = options;
    this.#maxDelayMs = maxDelayMs;
    this.#maxAgeMs = maxAgeMs;
    this.#clock = clock;
    this.#cache = new LRUCache({
      max: maxHosts,
      ttl: freshMs,
      ttlResolution: 0,
      perf: clock,
      noDeleteOnFetchRejection: true,
      noDeleteOnStaleGet: true,
      fetchMethod: async (host) => ({ addresses: await resolve(host), at: clock.now() }),
    });
  }

  /** @throws the resolver's error, such as `ENOTFOUND`, when the host has no cached addresses that may still be used */
  async addressesOf(host: string): Promise<Addresses> {
    const cached = this.#cache.get(host, { allowStale: true });
    const question = this.#cache.forceFetch(host);
    if (cached === undefined || this.#clock.now() - cached.at > this.#maxAgeMs) return (await question).addresses;
    const { addresses } = await Promise.race([
      question.catch(() => cached),
      delay(this.#maxDelayMs, cached, { ref: false }),
    ]);
    return addresses;
  }

  /** Resolves the addresses without stale ones, however long that takes. @throws the resolver's error */
  async freshAddressesOf(host: string): Promise<Addresses> {
    return (await this.#cache.forceFetch(host)).addresses;
  }

  /** For `net.connect` and everything that uses it. */
  readonly lookup: LookupFunction = lookupBy((host) => this.addressesOf(host));

  /** For a connection to a host that did not answer at its cached address. */
  readonly lookupUncached: LookupFunction = lookupBy((host) => this.freshAddressesOf(host));
}

const lookupBy =
  (addressesOf: (host: string) => Promise<Addresses>): LookupFunction =>
  (host, options, callback) => {
    const family = options.family === 'IPv4' ? 4 : options.family === 'IPv6' ? 6 : options.family || undefined;
    addressesOf(host).then(
      (all) => {
        const addresses = family === undefined ? all : all.filter((each) => each.family === family);
        const [first] = addresses;
        // The host has no address of this family: the resolver's own error describes that best.
        if (first === undefined) lookup(host, options, callback);
        else if (options.all) callback(null, [...addresses]);
        else callback(null, first.address, first.family);
      },
      (error: NodeJS.ErrnoException) => callback(error, options.all ? [] : ''),
    );
  };

const resolveAll = (host: string): Promise<Addresses> => resolveHost(host, { all: true, hints: ADDRCONFIG });
