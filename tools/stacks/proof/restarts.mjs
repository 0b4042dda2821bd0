import { docker } from '../engine.mjs';
import { ensure, until } from './checks.mjs';
import { listeningAfter } from './proven-stack.mjs';

const perSecond = 100;

/** Restarts two gateways, one after the other, under load: no call fails, and no connection breaks. */
export async function restartsGateways(stack) {
  const gateways = ['http://gateway:8080', 'http://gateway-2:8080'];
  await stack.witness('/load/start', { gateways, perSecond });
  const stops = [];
  let load;
  try {
    await untilAnswered(stack, perSecond);
    for (const service of ['gateway', 'gateway-2']) stops.push(await restart(stack, service));
  } finally {
    load = await stack.witness('/load/stop');
  }
  const { sent, answered, passedOver, failures, seconds } = load;
  ensure(failures.length === 0, `${failures.length} of ${sent} calls failed: ${failures.slice(0, 5).join('; ')}`);
  const rate = Math.round(sent / seconds);
  return `${answered} of ${sent} calls answered at ${rate} per second, ${passedOver} passed over before anything was sent; ${stops.join('; ')}`;
}

/** Waits until as many calls more were answered. */
async function untilAnswered(stack, more) {
  const { answered: before } = await stack.witness('/load');
  await until('the load is answered', 20_000, async () => (await stack.witness('/load')).answered >= before + more);
}

async function restart(stack, service) {
  const { name, id } = stack.container(service);
  const asked = performance.now();
  docker('stop', '--time', '40', name);
  const took = Math.round(performance.now() - asked);
  const status = docker('inspect', '--format', '{{.State.ExitCode}}', name);
  ensure(status === '0', `${name} ended with ${status}`);
  await stack.start(name);
  await until(`${name} is well`, 30_000, () => stack.container(service).health === 'healthy');
  const { startedAt } = stack.container(service);
  await untilAnswered(stack, perSecond);
  return `${service} stopped in ${took} ms, listened ${listeningAfter(id, startedAt)} ms after its start`;
}
