import { setImmediate as nextTurn } from 'node:timers/promises';

import type { BullMqLink } from '../link/link.js';
import { runScript } from '../link/scripts.js';
import { bullQueueName, encodeName, keyPrefix, queueKeys } from '../names.js';

/**
 * Tells consumers that a lane received a message, and adds the lane to the set of lanes. Announce after storing: a lane
 * that is announced first could be deleted as empty before its message is stored. Simultaneous announcements of one
 * lane are sent once.
 */
export class Announcer {
  readonly #link: BullMqLink;
  readonly #unsent = new Map<string, Promise<void>>();

  constructor(link: BullMqLink) {
    this.#link = link;
  }

  announce(queue: string, lane: string): Promise<void> {
    const name = bullQueueName(queue, lane);
    const unsent = this.#unsent.get(name) ?? this.#send(name, queue, lane);
    this.#unsent.set(name, unsent);
    return unsent;
  }

  async #send(name: string, queue: string, lane: string): Promise<void> {
    // One call announces all messages that this turn of the event loop has stored.
    await nextTurn();
    this.#unsent.delete(name);
    const { lanes, wake } = queueKeys(queue);
    const keys = [lanes, `${keyPrefix}:${name}:meta`, wake];
    await runScript(this.#link.client, 'laterAnnounce', [...keys, encodeName(lane)]);
  }
}
