/**
 * Runs inside a stack that is being proven. It is the function that is called and the receiver of its callbacks, and
 * remembers both by call id; and it calls two gateways at a steady rate, as a load balancer would.
 */
import { createServer } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

import { bodyOf } from './call.mjs';
import { startLoad } from './load.mjs';

const executed = new Map();
const calledBack = new Map();
let underWay = 0;
let load;
const count = (times, id) => times.set(id, (times.get(id) ?? 0) + 1);

/** Long enough that a worker that is killed always holds some. */
const workMs = 400;

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
