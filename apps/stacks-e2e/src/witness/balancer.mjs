import { lookup } from 'node:dns/promises';
import { setTimeout as delay } from 'node:timers/promises';

import { connectMs } from './call.mjs';

const askEveryMs = 200;

/**
 * Which gateways say that they are ready, and at which address; a restart may change it. Each is asked by one question at
 * a time: looking up a name that is gone takes seconds, and four of those hold up every other lookup of a process.
 */
export class Balancer {
  #ready = new Map();
  #stopped = false;

  constructor(gateways) {
    for (const gateway of gateways) void this.#follow(new URL(gateway));
  }

  /** Undefined while none is ready. */
  pick(turn) {
    const addresses = [...this.#ready.values()];
    return addresses[turn % addresses.length];
  }

  stop() {
    this.#stopped = true;
  }

  async #follow({ hostname, port }) {
    while (!this.#stopped) {
      const url = await lookup(hostname, { family: 4 })
        .then(async ({ address }) =>
          (await isReady(`http://${address}:${port}`)) ? `http://${address}:${port}` : undefined,
        )
        .catch(() => undefined);
      if (url) this.#ready.set(hostname, url);
      else this.#ready.delete(hostname);
      await delay(askEveryMs);
    }
  }
}

async function isReady(url) {
  const signal = AbortSignal.timeout(connectMs);
  const answer = await fetch(`${url}/readyz`, { signal, headers: { Connection: 'close' } });
  await answer.arrayBuffer();
  return answer.ok;
}
