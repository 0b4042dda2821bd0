/**
 * Runs inside a stack that is being proven. It is the function that is called and the receiver of its callbacks, and
 * remembers both by call id; and it calls two gateways at a steady rate, as a load balancer would: it asks each whether
 * it is ready, and one that takes no connection is passed over for the other, since nothing was sent to it yet.
 */
import { lookup } from 'node:dns/promises';
import { createServer, request } from 'node:http';
import { clearInterval, clearTimeout, setInterval, setTimeout } from 'node:timers';
import { setTimeout as delay } from 'node:timers/promises';

const executed = new Map();
const calledBack = new Map();
let underWay = 0;
const count = (times, id) => times.set(id, (times.get(id) ?? 0) + 1);

/** Long enough that a worker that is killed always holds some. */
const workMs = 400;
const unconnected = new Set(['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOTFOUND', 'EAI_AGAIN', 'ETIMEDOUT']);
/** In one network; who has not answered by then is gone, or has no address any more. */
const connectMs = 2_000;
/** Both gateways may be busy for a moment, but they are never away together. */
const giveUpMs = 15_000;
const askEveryMs = 200;

let load;

/** Sends one call. Resolves with the status and what was said; rejects with `sent`, whether the gateway may have got any of it. */
function call(gateway, path, body) {
  return new Promise((resolve, reject) => {
    let connected = false;
    const sending = request(`${gateway}${path}`, {
      method: 'POST',
      agent: false,
      headers: { 'Content-Length': body.length },
    });
    const tooLate = setTimeout(
      () => sending.destroy(Object.assign(new Error('no connection'), { code: 'ETIMEDOUT' })),
      connectMs,
    );
    sending.on('socket', (socket) =>
      socket.once('connect', () => {
        connected = true;
        clearTimeout(tooLate);
      }),
    );
    sending.on('response', (answer) => {
      bodyOf(answer).then(
        (said) => resolve({ status: answer.statusCode, said }),
        (error) => reject(Object.assign(error, { sent: true })),
      );
    });
    sending.on('error', (error) => {
      clearTimeout(tooLate);
      reject(Object.assign(error, { sent: connected || !unconnected.has(error.code) }));
    });
    sending.end(body);
  });
}

/**
 * Which gateways say that they are ready, and at which address; a restart may change it. Each is asked by one question at
 * a time: looking up a name that is gone takes seconds, and four of those hold up every other lookup of a process.
 */
class Balancer {
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

async function callEither(balancer, index, result) {
  const path = index % 4 === 0 ? '/async-function/proof' : '/function/proof';
  const until = Date.now() + giveUpMs;
  for (let tried = 0; ; tried++) {
    const gateway = balancer.pick((index >> 1) + tried);
    if (!gateway && Date.now() < until) {
      await delay(20);
      continue;
    }
    try {
      const { status, said } = await call(gateway, path, `call ${index}`);
      if (status === 200 || status === 202) result.answered++;
      else result.failures.push(`call ${index} to ${gateway}: ${status} ${said.trim()}`);
      return;
    } catch (error) {
      if (error.sent || Date.now() > until) {
        result.failures.push(`call ${index} to ${gateway}: ${error.code ?? error.message}`);
        return;
      }
      result.passedOver++;
      if (tried > 0) await delay(20);
    }
  }
}

/** Calls at a rate until told to stop, however long an answer takes. */
function startLoad({ gateways, perSecond }) {
  const result = { sent: 0, answered: 0, passedOver: 0, failures: [] };
  const calls = new Set();
  const balancer = new Balancer(gateways);
  const started = performance.now();
  const ticking = setInterval(() => {
    const due = ((performance.now() - started) / 1000) * perSecond;
    while (result.sent < due) {
      const calling = callEither(balancer, result.sent++, result).finally(() => calls.delete(calling));
      calls.add(calling);
    }
  }, 10);
  return {
    result,
    stop: async () => {
      clearInterval(ticking);
      balancer.stop();
      await Promise.all(calls);
      return { ...result, seconds: (performance.now() - started) / 1000 };
    },
  };
}

async function bodyOf(message) {
  const chunks = [];
  for await (const chunk of message) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

const routes = {
  async '/function/'({ headers }) {
    underWay++;
    await delay(workMs);
    underWay--;
    count(executed, headers['x-call-id']);
    return 'done\n';
  },
  async '/callback'({ headers }) {
    if (headers['x-function-status'] === '200') count(calledBack, headers['x-call-id']);
    return '';
  },
  '/counts': async () => ({
    underWay,
    executed: Object.fromEntries(executed),
    calledBack: Object.fromEntries(calledBack),
  }),
  async '/load/start'(message) {
    load = startLoad(JSON.parse(await bodyOf(message)));
    return {};
  },
  '/load': async () => load.result,
  '/load/stop': () => load.stop(),
};

const server = createServer(async (message, response) => {
  const route = routes[new URL(message.url, 'http://witness').pathname];
  if (!route) return void response.writeHead(404).end();
  const answer = await route(message);
  response.end(typeof answer === 'string' ? answer : JSON.stringify(answer));
});
server.listen(8090, '0.0.0.0');
process.on('SIGTERM', () => process.exit(0));
