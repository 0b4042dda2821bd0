import { fullName, type FunctionAddress } from '@later/job-schema';
import { type FunctionStatus } from '@later/function-schema';
import type { Logger } from '@later/service-kit';
import { LRUCache } from 'lru-cache';

import type { CallableFunction, FunctionDirectory } from '../function-directory.js';
import type { ProviderClient } from '../provider/provider-client.js';
import { ProviderUnavailableError } from '../provider/provider-unavailable-error.js';
import { SingleFlight } from '../waking/single-flight.js';
import { wakeFunction } from '../waking/wake-function.js';
import { callableFunction } from './callable-function.js';
import { ProviderPresence } from './provider-presence.js';

/** Nobody is answered by what is older than this. */
const staleAfterMs = 1_000;
/** From this age on it is asked for anew beside the call, so that a function in use is never waited for. */
const askAgainAfterMs = staleAfterMs / 2;
const mostKnown = 10_000;

/** What the provider said of a name, and until when that holds, in ms of the monotonic clock. */
interface Known {
  readonly fn: CallableFunction | undefined;
  /** The same, made once: a call in between costs a look in a map and nothing else. */
  readonly found: Promise<CallableFunction | undefined>;
  readonly warnings: string;
  askAgainAt: number;
  freshUntil: number;
}

interface Asking {
  answer?: Promise<CallableFunction | undefined>;
}

/**
 * The functions that the provider tells of, at most a second old. A name is
 *
 * - fresh for half a second after the provider was asked: it is answered from memory;
 * - then, until it is a second old, answered from memory and asked for beside that;
 * - then stale: who wants it waits for the provider, together with all others who want it.
 *
 * While the provider is away, a function is served as it was last known, and who asks for an unknown name is told.
 */
export class ProviderDirectory implements FunctionDirectory {
  readonly #functions = new LRUCache<string, Known>({ max: mostKnown });
  // Apart, so that callers who make names up push no function out.
  readonly #missing = new LRUCache<string, Known>({ max: mostKnown });
  readonly #underWay = new Map<string, Asking>();
  readonly #waking = new SingleFlight();
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
    const known = this.#functions.get(key) ?? this.#missing.get(key);
    if (known === undefined) return this.#ask(key, address);
    const now = performance.now();
    if (now < known.askAgainAt) return known.found;
    const asked = this.#ask(key, address);
    const servable = now < known.freshUntil || (known.fn && isLastKnown(known) && this.#presence.isAwayAt(now));
    return servable ? known.found : asked;
  }

  /** Asks the provider before the next answer, as after a change; what was known still serves while it is away. */
  expire(address: FunctionAddress): void {
    const key = fullName(address);
    this.#underWay.delete(key);
    this.#missing.delete(key);
    const known = this.#functions.get(key);
    if (known) known.askAgainAt = known.freshUntil = changed;
  }

  /** Knows nothing of it any more, as after its removal. */
  forget(address: FunctionAddress): void {
    this.expire(address);
    this.#functions.delete(fullName(address));
  }

  /** Expires every function, as after a change of a namespace. */
  expireAll(): void {
    this.#underWay.clear();
    this.#missing.clear();
    for (const known of this.#functions.values()) known.askAgainAt = known.freshUntil = changed;
  }

  #ask(key: string, address: FunctionAddress): Promise<CallableFunction | undefined> {
    const running = this.#underWay.get(key);
    if (running?.answer) return running.answer;
    const asking: Asking = {};
    this.#underWay.set(key, asking);
    asking.answer = this.#askProvider(key, address, asking);
    // Not everybody who asks waits for the answer.
    asking.answer.catch(() => undefined);
    return asking.answer;
  }

  async #askProvider(key: string, address: FunctionAddress, asking: Asking): Promise<CallableFunction | undefined> {
    const askedAt = performance.now();
    // Who changed the function meanwhile has asking begin anew: this answer may be older than the change.
    const counts = (): boolean => this.#underWay.get(key) === asking;
    try {
      const status = await this.provider.functionStatus(address);
      this.#presence.answered();
      const known = this.#known(key, address, status, askedAt);
      if (counts()) this.#remember(key, known);
      return known.fn;
    } catch (error) {
      if (!(error instanceof ProviderUnavailableError)) throw error;
      const now = performance.now();
      this.#presence.failed(error, now - askedAt);
      const last = this.#functions.get(key);
      if (!last) throw error;
      if (counts()) last.askAgainAt = now + askAgainAfterMs;
      return last.fn;
    } finally {
      if (counts()) this.#underWay.delete(key);
    }
  }

  #known(key: string, address: FunctionAddress, status: FunctionStatus | undefined, askedAt: number): Known {
    const times = { askAgainAt: askedAt + askAgainAfterMs, freshUntil: askedAt + staleAfterMs };
    if (!status) return { fn: undefined, found: Promise.resolve(undefined), warnings: '', ...times };
    const reading = callableFunction(address, status, this.provider.upstreamOf(address));
    const wake = (signal?: AbortSignal): Promise<void> => this.#waking.join(key, () => this.#wake(address), signal);
    const fn = reading.asleep ? { ...reading.fn, wake } : reading.fn;
    return { fn, found: Promise.resolve(fn), warnings: reading.warnings.join('; '), ...times };
  }

  async #wake(address: FunctionAddress): Promise<void> {
    if (await this.provider.wakesFunctions()) return;
    await wakeFunction(this.provider, address).finally(() => this.expire(address));
  }

  #remember(key: string, known: Known): void {
    const { fn, warnings } = known;
    const before = this.#functions.get(key);
    if (warnings && warnings !== before?.warnings) this.log.warn({ function: key }, warnings);
    if (fn) {
      this.#missing.delete(key);
      this.#functions.set(key, known);
    } else {
      this.#functions.delete(key);
      this.#missing.set(key, known);
    }
  }
}

/** Since the beginning of time: what is known was changed since, by us. */
const changed = -Infinity;

const isLastKnown = ({ freshUntil }: Known): boolean => freshUntil !== changed;
