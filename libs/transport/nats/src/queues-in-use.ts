import { registerLane } from './lane-registry.js';
import type { NatsLink } from './nats-link.js';
import { laneListedMs, provisionQueue } from './provision.js';

/** Registered this often, a lane that is in use never leaves the list. */
const registerEveryMs = laneListedMs / 3;

/** What this process has set up on the server already, so that publishing costs one request. */
export class QueuesInUse {
  readonly #link: NatsLink;
  readonly #queues = new Map<string, Promise<void>>();
  readonly #registering = new Map<string, Promise<void>>();
  /** When each lane was last registered. */
  readonly #registered = new Map<string, number>();

  constructor(link: NatsLink) {
    this.#link = link;
  }

  isReady(queue: string, lane: string): boolean {
    const registeredAt = this.#registered.get(`${queue}\n${lane}`);
    return registeredAt !== undefined && performance.now() - registeredAt < registerEveryMs;
  }

  /** Sets up a queue; once, however many ask. */
  queue(queue: string): Promise<void> {
    return once(this.#queues, queue, () => provisionQueue(this.#link, queue));
  }

  /** Sets up a queue and tells subscribers of a lane; once, however many ask. */
  async lane(queue: string, lane: string): Promise<void> {
    await this.queue(queue);
    const key = `${queue}\n${lane}`;
    if (this.isReady(queue, lane)) return;
    const registeredAt = performance.now();
    await once(this.#registering, key, () => this.#register(queue, lane));
    this.#registered.set(key, registeredAt);
    this.#registering.delete(key);
  }

  async #register(queue: string, lane: string): Promise<void> {
    try {
      await registerLane(this.#link, queue, lane);
    } catch (error) {
      // Without its stream the registry does not say so: the subscribers that listen there count as responders.
      this.#queues.delete(queue);
      throw error;
    }
  }

  /** The server may have lost its data: everything is set up again when it is next used. */
  forget(): void {
    this.#queues.clear();
    this.#registering.clear();
    this.#registered.clear();
  }
}

/** Runs `start` unless it runs, or has succeeded, under this key. */
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
