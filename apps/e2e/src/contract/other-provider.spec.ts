import { eventually, startProviderStub, startRecordingServer, System, type ProviderStub } from '@later/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { faasCli } from '../clients/faas-cli.js';
import { http } from '../clients/http.js';

let stub: ProviderStub;
let system: System;
let cli: ReturnType<typeof faasCli>;

beforeAll(async () => {
  stub = await startProviderStub();
  const { user, password } = stub;
  const url = new URL(stub.url);
  url.username = user;
  url.password = password;
  const roles = ['gateway', 'queue-worker', 'callback-dispatcher'] as const;
  system = await System.start({ transport: 'embedded', roles, env: { PROVIDER_URL: url.href } });
  cli = faasCli(system.gatewayUrl);
});
afterAll(async () => {
  await system.stop();
  await stub.close();
});

test('another OpenFaaS provider deploys, runs, scales and removes functions', async () => {
  expect((await cli.deploy({ service: 'echo', image: 'stub/echo' })).status).toBe(202);
  expect((await cli.list()).map(({ name }) => name)).toEqual(['echo']);
  const answer = await http(`${system.gatewayUrl}/function/echo/a%2Fb?c=d`, { body: 'hello' });
  expect([answer.status, answer.text]).toEqual([200, 'echo /a%2Fb?c=d hello']);

  expect((await cli.system('POST', '/system/scale-function/echo', { serviceName: 'echo', replicas: 0 })).status).toBe(
    202,
  );
  expect((await cli.invoke('echo', 'wakes it')).text).toBe('echo / wakes it');
  expect((await cli.system('POST', '/system/secrets', { name: 'key', value: 'x' })).status).toBe(202);

  expect((await cli.remove('echo')).status).toBe(202);
  expect((await cli.invoke('echo', '')).status).toBe(404);
});

test('jobs run on functions of another provider', async () => {
  const bin = await startRecordingServer();
  stub.deploy({ service: 'later' });
  const accepted = await http(`${system.gatewayUrl}/async-function/later`, {
    headers: ['x-callback-url', bin.url],
    body: 'job',
  });
  expect(accepted.status).toBe(202);
  await eventually(() => bin.requests.length === 1);
  expect(bin.requests[0]!.body.toString()).toBe('later / job');
  await bin.close();
});
