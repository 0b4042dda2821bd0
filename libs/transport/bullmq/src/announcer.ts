import { setImmediate as turn } from 'node:timers/promises';

import type { BullMqConnection } from './bullmq-connection.js';
import { bullQueueName, encode, keyPrefix, queueKeys } from './keys.js';
import { runScript } from './scripts.js';

/**
 * Tells consumers that a lane was given something to take, and enters it in the set of lanes. Must follow the storing:
 * the other way round, a lane could be struck off as empty in between. Announcements of one lane that come together
 * are sent once.
 */
export class Announcer {
  readonly #connection: BullMqConnection;
  readonly #unsent = new Map<string, Promise<void>>();

  constructor(connection: BullMqConnection) {
    this.#connection = connection;
  }

  announce(queue: string, lane: string): Promise<void> {
    const name = bullQueueName(queue, lane);
    const unsent = this.#unsent.get(name) ?? this.#send(name, queue, lane);
    this.#unsent.set(name, unsent);
    return unsent;
  }

  async #send(name: string, queue: string, lane: string): Promise<void> {
    // Everything that this turn of the event loop has stored is announced by the one that follows it.
    await turn();
    this.#unsent.delete(name);
    const { lanes, wake } = queueKeys(queue);
    await runScript(this.#connection.client, 'laterAnnounce', [lanes, `${keyPrefix}:${name}:meta`, wake, encode(lane)]);
  }
}
