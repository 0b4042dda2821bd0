import { eventually, System } from '@later/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { faasCli } from '../clients/faas-cli.js';
import { http, inParallel } from '../clients/http.js';

let system: System;
let cli: ReturnType<typeof faasCli>;

beforeAll(async () => {
  // A job holds one slot of the worker for as long as its function runs: here more wait than run.
  const roles = ['gateway', 'provider', 'queue-worker'] as const;
  system = await System.start({ transport: 'embedded', roles, env: { MAX_IN_FLIGHT: '2' } });
  cli = faasCli(system.gatewayUrl);
});
afterAll(() => system.stop());

const scale = (labels: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(labels).map(([name, value]) => [`com.openfaas.scale.${name}`, value]));

test('a hundred calls of a function at zero start it once, and are all answered', async () => {
  const name = 'sleeper';
  // An HTTP server: what starts is a process of its own, and says so.
  const server =
    'node -e require("http").createServer((q,s)=>s.end("up")).listen(process.env.PORT,()=>console.log("started"))';
  const envVars = { mode: 'http' };
  await cli.deploy({ service: name, image: 'x', envProcess: server, envVars, labels: scale({ min: '0' }) });
  expect((await cli.describe(name)).replicas).toBe(0);
  const answers = await inParallel(100, 100, () => cli.invoke(name, ''));
  expect(answers.map(({ status, text }) => `${status} ${text}`)).toEqual(Array.from({ length: 100 }, () => '200 up'));
  expect(await cli.describe(name)).toMatchObject({ replicas: 1, availableReplicas: 1 });
  expect((await cli.logs(name)).filter(({ text }) => text === 'started')).toHaveLength(1);
});

test('an idle function scales to zero, and the next call starts it again', async () => {
  const labels = scale({ zero: 'true', 'zero-duration': '1s' });
  await cli.deploy({ service: 'idler', image: 'x', envProcess: 'echo awake', labels });
  expect((await cli.describe('idler')).replicas).toBe(1);
  await eventually(async () => (await cli.describe('idler')).replicas === 0, 20_000);
  expect((await cli.invoke('idler', '')).text).toBe('awake\n');
});

test('waiting jobs scale a function up, and it scales down when they are done', async () => {
  const labels = scale({ min: '1', max: '4', type: 'queue', target: '2', 'down.window': '2s' });
  await cli.deploy({ service: 'busy', image: 'x', envProcess: 'sleep 0.3', labels });
  const accepted = await inParallel(30, 10, () => http(`${system.gatewayUrl}/async-function/busy`));
  expect(accepted.every(({ status }) => status === 202)).toBe(true);
  await eventually(async () => (await cli.describe('busy')).availableReplicas === 4, 20_000);
  await eventually(async () => (await cli.describe('busy')).replicas === 1, 60_000);
});

test('more calls in flight than max_inflight allows are answered 429 with Retry-After', async () => {
  await cli.deploy({ service: 'narrow', image: 'x', envProcess: 'sleep 1', envVars: { max_inflight: '1' } });
  const answers = await inParallel(3, 3, () => cli.invoke('narrow', ''));
  expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 429, 429]);
  const busy = answers.find(({ status }) => status === 429)!;
  expect(Number(busy.headers.get('retry-after'))).toBeGreaterThan(0);
});
