import type { NatsLink } from '../link/link.js';
import { acknowledgeGone } from './acknowledge-gone.js';
import { sweepAcked } from './sweep-acked.js';

/** Repairs the contradictions that a killed server leaves in its stored state. See HOW_IT_WORKS.md. */
export class Repair {
  readonly #link: NatsLink;
  readonly #queue: string;
  #connection = 1;
  /** The last connection on which all deliveries of messages that are gone were acknowledged. */
  #repairedConnection = 0;

  constructor(link: NatsLink, queue: string) {
    this.#link = link;
    this.#queue = queue;
  }

  /** Records a reconnect: the server may have been killed in between. */
  recordReconnect(): void {
    this.#connection++;
  }

  /** Never rejects: the next run tries again what failed. */
  async run(): Promise<void> {
    const connection = this.#connection;
    if (this.#repairedConnection !== connection) {
      const isComplete = await acknowledgeGone(this.#link, this.#queue).catch(() => false);
      if (isComplete) this.#repairedConnection = connection;
    }
    await sweepAcked(this.#link, this.#queue).catch(() => undefined);
  }
}
