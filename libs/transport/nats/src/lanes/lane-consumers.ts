import type { NatsLink } from '../link/link.js';
import { provisionLane } from '../link/provision.js';
import type { LanePulls } from './lane-pulls.js';

export interface LaneConsumersOptions {
  readonly link: NatsLink;
  readonly queue: string;
  readonly ackWaitMs: number;
  readonly pulls: LanePulls;
  /** Called when the consumer of a lane exists, so that the lane can be requested. */
  readonly onReady: () => void;
  readonly onError: (error: unknown) => Promise<void>;
}

/** Creates the server's consumer of each lane before the lane is requested, and again when it is suspected to be gone. */
export class LaneConsumers {
  readonly #options: LaneConsumersOptions;
  /** The lanes whose consumer is being created. */
  readonly #creating = new Set<string>();
  /** The lanes whose consumer refused a request or did not answer. They wait for a check: a request at once would loop. */
  readonly #suspects = new Set<string>();

  constructor(options: LaneConsumersOptions) {
    this.#options = options;
  }

  /** Adds a lane to those that are requested. Never rejects: after a failure the next listing of the lanes tries again. */
  async add(lane: string): Promise<void> {
    if (this.#options.pulls.has(lane)) this.#options.pulls.add(lane);
    else await this.#create(lane);
  }

  /** Suspends the lane until `checkSuspects` has created its consumer. */
  suspect(lane: string): void {
    this.#options.pulls.suspend(lane);
    this.#suspects.add(lane);
  }

  /** Creates the consumers of the suspended lanes if they are missing. Never rejects. */
  async checkSuspects(): Promise<void> {
    await Promise.all([...this.#suspects].map((lane) => this.#create(lane)));
  }

  async #create(lane: string): Promise<void> {
    if (this.#creating.has(lane)) return;
    this.#creating.add(lane);
    const { link, queue, ackWaitMs, pulls, onReady, onError } = this.#options;
    try {
      await provisionLane(link, queue, lane, ackWaitMs);
      this.#suspects.delete(lane);
      if (!pulls.add(lane)) pulls.resume(lane);
      onReady();
    } catch (error) {
      await onError(error);
    } finally {
      this.#creating.delete(lane);
    }
  }
}
