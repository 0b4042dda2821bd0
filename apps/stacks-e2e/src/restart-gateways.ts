import { docker } from '@later/stacks';
import { expect } from 'vitest';

import { listeningAfter, type RunningStack } from './running-stack.js';
import { until } from './until.js';

const perSecond = 100;

/** Restarts two gateways, one after the other, under load. @throws when a call fails or a connection breaks */
export async function restartGateways(stack: RunningStack): Promise<string> {
  await stack.witness.startLoad(['http://gateway:8080', 'http://gateway-2:8080'], perSecond);
  const stops: string[] = [];
  try {
    await untilAnswered(stack, perSecond);
    for (const service of ['gateway', 'gateway-2']) stops.push(await restart(stack, service));
  } catch (error) {
    await stack.witness.stopLoad();
    throw error;
  }
  const { sent, answered, passedOver, failures, seconds } = await stack.witness.stopLoad();
  expect(failures, `failed calls of ${sent}`).toEqual([]);
  const rate = Math.round(sent / seconds);
  return `${answered} of ${sent} calls answered at ${rate} per second, ${passedOver} sent to the other gateway; ${stops.join('; ')}`;
}

/** Waits until as many more calls were answered. */
async function untilAnswered(stack: RunningStack, more: number): Promise<void> {
  const { answered: before } = await stack.witness.load();
  await until('the load is answered', 20_000, async () => (await stack.witness.load()).answered >= before + more);
}

async function restart(stack: RunningStack, service: string): Promise<string> {
  const { name } = stack.container(service);
  const asked = performance.now();
  docker('stop', '--time', '40', name);
  const took = Math.round(performance.now() - asked);
  expect(docker('inspect', '--format', '{{.State.ExitCode}}', name), `the status of ${name}`).toBe('0');
  await stack.start(name);
  await until(`${name} is healthy`, 30_000, () => stack.container(service).health === 'healthy');
  await untilAnswered(stack, perSecond);
  return `${service} stopped in ${took} ms, listened ${listeningAfter(stack.container(service))} ms after its start`;
}
