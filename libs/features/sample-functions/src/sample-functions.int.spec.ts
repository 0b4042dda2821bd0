import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { SampleFunctionsModule } from './sample-functions.module.js';

let app: NestFastifyApplication;
let url: string;

beforeAll(async () => {
  const samples = SampleFunctionsModule.of({ LONG_TASK_DURATION: 30 });
  app = await NestFactory.create<NestFastifyApplication>(samples, new FastifyAdapter(), { logger: false });
  await app.listen(0, '127.0.0.1');
  url = await app.getUrl();
});
afterAll(() => app.close());

test('figlet answers with a banner as text', async () => {
  const answer = await fetch(`${url}/figlet`, { method: 'POST', body: 'Hi' });
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/plain; charset=utf-8']);
  expect((await answer.text()).split('\n')[0]).toBe(' _   _ _ ');
});

test('long-task answers with an empty body after its duration', async () => {
  const answer = await fetch(`${url}/long-task`, { method: 'POST' });
  expect([answer.status, await answer.text()]).toEqual([200, '']);
  expect(Number(answer.headers.get('x-duration-seconds'))).toBeGreaterThanOrEqual(0.029);
});
