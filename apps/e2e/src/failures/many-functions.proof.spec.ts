import { setTimeout as delay } from 'node:timers/promises';

import { eventually, startRecordingServer, System, type RecordingServer } from '@later/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { faasCli } from '../clients/faas-cli.js';
import { http, inParallel, type Answer } from '../clients/http.js';

const many = 200;
const callsPerSecond = 50;

let system: System;
let cli: ReturnType<typeof faasCli>;
let elsewhere: RecordingServer;

beforeEach(async () => {
  elsewhere = await startRecordingServer((_, response) => void response.end('untouched'));
  const functions = { elsewhere: { upstream: elsewhere.url } };
  system = await System.start({ transport: 'embedded', roles: ['gateway', 'provider'], functions });
  cli = faasCli(system.gatewayUrl);
  await cli.deploy({ service: 'here', image: 'here', envProcess: 'echo untouched' });
});
afterEach(async () => {
  await system.stop();
  await elsewhere.close();
});

/** Calls functions at a steady rate until told to stop; resolves with every answer that was none. */
function callSteadily(names: readonly string[]) {
  const stopped = new AbortController();
  const failures: string[] = [];
  const calls: Promise<void>[] = [];
  const call = async (name: string): Promise<void> => {
    const answer = await http(`${system.gatewayUrl}/function/${name}`, { body: 'x' }).catch((error: unknown) => error);
    const { status, text } = answer as Answer;
    if (status !== 200 || text.trim() !== 'untouched') failures.push(`${name}: ${status} ${text} ${String(answer)}`);
  };
  const running = (async () => {
    for (let count = 0; !stopped.signal.aborted; count++) {
      calls.push(call(names[count % names.length]!));
      await delay(1_000 / callsPerSecond, undefined, { signal: stopped.signal }).catch(() => undefined);
    }
    await Promise.all(calls);
  })();
  return async () => {
    stopped.abort();
    await running;
    return { made: calls.length, failures };
  };
}

/** As a client does whose provider went away under it: tries again until it is answered. */
async function untilAnswered(ask: () => Promise<Answer>): Promise<Answer> {
  for (;;) {
    const answer = await ask();
    if (answer.status < 500) return answer;
    await delay(50);
  }
}

const deploy = (index: number, text: string) =>
  untilAnswered(() => cli.deploy({ service: `fn-${index}`, image: `image-${text}`, envProcess: `echo ${text}` }));
const remove = (index: number) => untilAnswered(() => cli.remove(`fn-${index}`));

/** The first third stays as it was deployed, the second is updated, the third is removed. */
const third = Math.floor(many / 3);
const isUpdated = (index: number): boolean => index >= third && index < 2 * third;
const isRemoved = (index: number): boolean => index >= 2 * third;

async function expectFinalState(): Promise<void> {
  const expected = Array.from({ length: many }, (_, index) => index)
    .filter((index) => !isRemoved(index))
    .map((index) => [`fn-${index}`, isUpdated(index) ? 'image-second' : 'image-first']);
  const found = (await cli.list()).filter(({ name }) => name.startsWith('fn-')).map(({ name, image }) => [name, image]);
  expect(found.toSorted()).toEqual(expected.toSorted());
  for (const index of [0, third - 1, third, 2 * third - 1]) {
    const answer = await cli.invoke(`fn-${index}`, '');
    expect(answer.text, `fn-${index}`).toBe(isUpdated(index) ? 'second\n' : 'first\n');
  }
  expect((await cli.invoke(`fn-${many - 1}`, '')).status).toBe(404);
}

async function churn(): Promise<void> {
  const statuses = await inParallel(many, 50, async (index) => {
    const first = await deploy(index, 'first');
    const second = isUpdated(index) ? await deploy(index, 'second') : undefined;
    const removed = isRemoved(index) ? await remove(index) : undefined;
    return [first, second, removed].map((answer) => answer?.status ?? 202);
  });
  // A removal that was done and whose answer was lost finds nothing when it is asked for again.
  expect(statuses.flat().every((status) => status === 202 || status === 404)).toBe(true);
}

test(`deploying, updating and removing ${many} functions in parallel fails no call of others`, async () => {
  const stop = callSteadily(['here', 'elsewhere']);
  await churn();
  await expectFinalState();
  const { made, failures } = await stop();
  expect(failures).toEqual([]);
  expect(made).toBeGreaterThan(20);
});

test(`a provider killed in the middle of ${many} deployments ends in the state that was asked for`, async () => {
  const stop = callSteadily(['elsewhere']);
  const churning = churn();
  await eventually(
    async () => (await cli.system('GET', '/system/functions')).text.split('"name":"fn-').length > many / 4,
  );
  await system.killRole('provider');
  await system.startRole('provider');
  await churning;
  await expectFinalState();
  const { failures } = await stop();
  expect(failures, 'calls of a function that runs elsewhere do not need the provider').toEqual([]);
});
