/** What a stack has to stand. Each returns what it saw, in a line. */
import { setTimeout as delay } from 'node:timers/promises';

import { containersOf, docker } from '../engine.mjs';
import { ensure, until } from './checks.mjs';
import { listeningAfter, perWorker } from './proven-stack.mjs';

const manyCalls = 500;
const atOnce = 16;
const perSecond = 100;
const waiting = 20;

export async function walksTheLab(stack) {
  const said = await stack.run('smoke.mjs');
  const steps = said.split('\n').filter((line) => /^ {2}\S/.test(line)).length;
  await stack.bringWitness();
  await stack.deploy();
  return `${steps} steps`;
}

/** Kills a worker and the broker while calls are submitted and run: all of them are executed and called back. */
export async function losesNothing(stack) {
  const ids = Array.from({ length: manyCalls }, (_, index) => `${stack.name}-${index}`);
  let next = 0;
  let accepted = 0;
  const submitting = Promise.all(
    Array.from({ length: atOnce }, async () => {
      while (next < ids.length) {
        await stack.submit(ids[next++]);
        accepted++;
      }
    }),
  );
  const reached = (count) => until(`${count} calls accepted`, 60_000, () => accepted >= count);
  await reached(100);
  // More than one worker can hold: whichever is killed has some.
  const underWay = await until('both workers are at work', 20_000, async () => {
    const found = await stack.witness('/counts');
    return found.underWay > perWorker && found.underWay;
  });
  const worker = stack.kill('queue-worker');
  await reached(250);
  const broker = stack.kill(stack.broker);
  // What was answered before the kill is heard of now.
  await delay(100);
  const before = accepted;
  await delay(1_000);
  const meanwhile = accepted - before;
  await stack.start(broker);
  await submitting;
  const counts = await until('all are called back', 90_000, async () => {
    const found = await stack.witness('/counts');
    return ids.every((id) => found.executed[id] && found.calledBack[id]) && found;
  }).catch(async (error) => {
    const { executed, calledBack } = await stack.witness('/counts');
    const without = (times) => ids.filter((id) => !times[id]).length;
    throw new Error(
      `${error.message}: ${without(executed)} of ${manyCalls} never executed, ${without(calledBack)} never called back`,
    );
  });
  await stack.start(worker);
  const again = (times) => ids.filter((id) => times[id] > 1).length;
  return (
    `killed ${worker} with ${underWay} calls under way, and ${broker}; ${accepted} accepted, ${meanwhile} of them in the second after that; ` +
    `all executed (${again(counts.executed)} more than once), all called back (${again(counts.calledBack)} more than once)`
  );
}

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

/** What waits, and what is deployed, is there again after the containers were removed and made anew. */
export async function keepsWhatWaits(stack) {
  for (const index of [0, 1]) docker('stop', stack.container('queue-worker', index).name);
  const ids = Array.from({ length: waiting }, (_, index) => `${stack.name}-waiting-${index}`);
  for (const id of ids) await stack.submit(id);
  await stack.down();
  ensure(containersOf(stack.project).length === 0, 'containers are left after down');
  await stack.run('up.mjs', stack.name);
  await stack.bringWitness();
  const came = performance.now();
  let done = [0, 0];
  await until('the calls that waited are called back', 120_000, async () => {
    const { executed, calledBack } = await stack.witness('/counts');
    done = [executed, calledBack].map((times) => ids.filter((id) => times[id]).length);
    return done[1] === waiting;
  }).catch((error) => {
    throw new Error(`${error.message}: ${done[0]} of ${waiting} executed, ${done[1]} called back`);
  });
  const seconds = ((performance.now() - came) / 1000).toFixed(1);
  return `${waiting} calls that waited were executed by a function deployed before, within ${seconds} s of its return`;
}

export async function leavesNothing(stack) {
  await stack.down('--volumes');
  const filter = ['--filter', `label=com.docker.compose.project=${stack.project}`];
  const left = [
    docker('ps', '--all', '--quiet', ...filter),
    docker('network', 'ls', '--quiet', ...filter),
    docker('volume', 'ls', '--quiet', ...filter),
  ];
  ensure(
    left.every((each) => each === ''),
    `left: ${left.join(' ')}`,
  );
  return 'no container, network or volume is left';
}
