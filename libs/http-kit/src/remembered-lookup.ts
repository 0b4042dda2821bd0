import { ADDRCONFIG, lookup, type LookupAddress } from 'node:dns';
import { lookup as askNameServer } from 'node:dns/promises';
import type { LookupFunction } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

import { LRUCache } from 'lru-cache';

type Answer = readonly LookupAddress[];

export interface LookupMemory {
  /** All addresses of a host. Hangs for seconds where a name server is away: that is how resolvers wait. */
  readonly ask?: (host: string) => Promise<Answer>;
  /** For how long an answer is taken for true without asking again, in ms. */
  readonly freshMs?: number;
  /** How long an answer is waited for while an earlier one is there, in ms. */
  readonly patienceMs?: number;
  /** The oldest answer that still beats none, in ms: by then a host may be another's. */
  readonly oldestMs?: number;
  readonly clock?: { now(): number };
}

const mostHosts = 1_000;

/**
 * Looks up the addresses of hosts for connections, and remembers them: a name server that is slow or away for a moment
 * holds up no call to a host that was called before. Whoever asks for the same host at the same time shares one question,
 * since each takes one of the few threads that a process has for them.
 */
export class RememberedLookup {
  readonly #answers: LRUCache<string, { readonly addresses: Answer; readonly at: number }>;
  readonly #patienceMs: number;
  readonly #oldestMs: number;
  readonly #clock: { now(): number };

  constructor(memory: LookupMemory = {}) {
    const { ask = askAll, freshMs = 1_000, patienceMs = 500, oldestMs = 60_000, clock = performance } = memory;
    this.#patienceMs = patienceMs;
    this.#oldestMs = oldestMs;
    this.#clock = clock;
    this.#answers = new LRUCache({
      max: mostHosts,
      ttl: freshMs,
      ttlResolution: 0,
      perf: clock,
      noDeleteOnFetchRejection: true,
      noDeleteOnStaleGet: true,
      fetchMethod: async (host) => ({ addresses: await ask(host), at: clock.now() }),
    });
  }

  /** @throws what the resolver said of a host that was not resolved lately either, such as `ENOTFOUND` */
  async addressesOf(host: string): Promise<Answer> {
    const before = this.#answers.get(host, { allowStale: true });
    const asked = this.#answers.forceFetch(host);
    if (before === undefined || this.#clock.now() - before.at > this.#oldestMs) return (await asked).addresses;
    const { addresses } = await Promise.race([
      asked.catch(() => before),
      delay(this.#patienceMs, before, { ref: false }),
    ]);
    return addresses;
  }

  /** The same without what is old, however long the answer takes. @throws what the resolver said */
  async latestAddressesOf(host: string): Promise<Answer> {
    return (await this.#answers.forceFetch(host)).addresses;
  }

  /** For `net.connect` and all that is built on it. */
  readonly lookup: LookupFunction = lookupBy((host) => this.addressesOf(host));

  /** For who found nobody where the host was before. */
  readonly lookupLatest: LookupFunction = lookupBy((host) => this.latestAddressesOf(host));
}

const lookupBy =
  (addressesOf: (host: string) => Promise<Answer>): LookupFunction =>
  (host, options, callback) => {
    const family = options.family === 'IPv4' ? 4 : options.family === 'IPv6' ? 6 : options.family || undefined;
    addressesOf(host).then(
      (all) => {
        const addresses = family === undefined ? all : all.filter((each) => each.family === family);
        const [first] = addresses;
        // A family that the host has no address in: the resolver's own error says it best.
        if (first === undefined) lookup(host, options, callback);
        else if (options.all) callback(null, [...addresses]);
        else callback(null, first.address, first.family);
      },
      (error: NodeJS.ErrnoException) => callback(error, options.all ? [] : ''),
    );
  };

const askAll = (host: string): Promise<Answer> => askNameServer(host, { all: true, hints: ADDRCONFIG });
