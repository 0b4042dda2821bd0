import type { NatsLink } from '../link/link.js';
import { laneListedMs, provisionQueue } from '../link/provision.js';
import { registerLane } from './lane-registry.js';

/** A lane that is registered this often never leaves the list while it is in use. */
const registerEveryMs = laneListedMs / 3;

/** Remembers the queues and lanes that this process has prepared on the server, so that a publish costs one request. */
export class QueuesInUse {
  readonly #link: NatsLink;
  readonly #queues = new Map<string, Promise<void>>();
  readonly #registering = new Map<string, Promise<void>>();
  /** The time of each lane's last registration. */
  readonly #registeredAt = new Map<string, number>();

  constructor(link: NatsLink) {
    this.#link = link;
  }

  isReady(queue: string, lane: string): boolean {
    const registeredAt = this.#registeredAt.get(`${queue}\n${lane}`);
    return registeredAt !== undefined && performance.now() - registeredAt < registerEveryMs;
  }

  /** Provisions a queue. Concurrent callers share one request. */
  prepareQueue(queue: string): Promise<void> {
    return once(this.#queues, queue, () => provisionQueue(this.#link, queue));
  }

  /** Provisions a queue and registers a lane. Concurrent callers share one request. */
  async prepareLane(queue: string, lane: string): Promise<void> {
    await this.prepareQueue(queue);
    const key = `${queue}\n${lane}`;
    if (this.isReady(queue, lane)) return;
    const registeredAt = performance.now();
    await once(this.#registering, key, () => this.#register(queue, lane));
    this.#registeredAt.set(key, registeredAt);
    this.#registering.delete(key);
  }

  async #register(queue: string, lane: string): Promise<void> {
    try {
      await registerLane(this.#link, queue, lane);
    } catch (error) {
      // The error does not tell that the registry's stream is missing: its subscribers count as responders.
      this.#queues.delete(queue);
      throw error;
    }
  }

  /** Forgets everything, because the server may have lost its data. The next use of a queue prepares it again. */
  forget(): void {
    this.#queues.clear();
    this.#registering.clear();
    this.#registeredAt.clear();
  }
}

/** Runs `start` unless it is running, or has succeeded, under this key. */
function once(running: Map<string, Promise<void>>, key: string, start: () => Promise<void>): Promise<void> {
  const known = running.get(key);
  if (known) return known;
  const started = start().catch((error: unknown) => {
    if (running.get(key) === started) running.delete(key);
    throw error;
  });
  running.set(key, started);
  return started;
}
