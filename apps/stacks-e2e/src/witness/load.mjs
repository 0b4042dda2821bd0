import { clearInterval, setInterval } from 'node:timers';
import { setTimeout as delay } from 'node:timers/promises';

import { Balancer } from './balancer.mjs';
import { call } from './call.mjs';

/** Both gateways may be busy for a moment, but they are never away together. */
const giveUpMs = 15_000;

/** Who takes no connection is passed over for the other: nothing was sent to it yet. */
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
export function startLoad({ gateways, perSecond }) {
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
