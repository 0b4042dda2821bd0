import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { credentials, eventually, startRecordingServer, System, type RecordingServer } from '@later/testing';
import { walkLab } from '@later/testing/walk-lab';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { http, inParallel } from '../clients/http.js';
import { durationOf, systems } from './systems.js';

/** The banner of the lab, byte for byte. */
const banner = readFileSync(join(import.meta.dirname, 'lab-banner.txt'), 'utf8');

const times = 10;

describe.each(systems)('the lab on $label', (options) => {
  let system: System;
  let bin: RecordingServer;

  beforeAll(async () => {
    [bin, system] = await Promise.all([
      startRecordingServer(),
      System.start({ ...options, env: { MAX_IN_FLIGHT: '10' } }),
    ]);
  });
  afterAll(async () => {
    await system?.stop();
    await bin?.close();
  });

  test('ten calls run at the same time', async () => {
    const duration = await durationOf(async () => {
      await inParallel(times, times, () => http(`${system.gatewayUrl}/async-function/long-task`));
      await eventually(() => system.logged('queue-worker', 'Invoked').length === times);
    });
    expect(duration).toBeLessThan((times * 1_000) / 2);
  });

  test('a callback carries the result and the headers of the call', async () => {
    const call = { body: 'LaterIsBetter', headers: ['X-Callback-Url', `${bin.url}/r/1i7i1we1?a=%20b`] };
    const accepted = await http(`${system.gatewayUrl}/async-function/figlet`, call);
    expect([accepted.status, accepted.text, accepted.headers.get('content-length')]).toEqual([202, '', '0']);
    expect(accepted.headers.get('x-start-time')).toMatch(/^\d{19}$/);
    await eventually(() => bin.requests.length === 1);
    const [callback] = bin.requests;
    expect([callback!.method, callback!.url]).toEqual(['POST', '/r/1i7i1we1?a=%20b']);
    expect(callback!.body.toString()).toBe(banner);
    expect(Object.fromEntries(callback!.headers)).toMatchObject({
      'content-type': expect.stringMatching(/^text\/plain/) as string,
      'content-length': String(banner.length),
      'x-call-id': accepted.headers.get('x-call-id'),
      'x-duration-seconds': expect.stringMatching(/^\d+\.\d{6}$/) as string,
      'x-function-name': 'figlet',
      'x-function-status': '200',
      'x-retry': '0',
      'x-retry-max': '9',
      'user-agent': expect.stringMatching(/^later-callback-dispatcher\/\d/) as string,
    });
  });

  test('a callback may call another function through the gateway', async () => {
    const headers = ['X-Callback-Url', 'http://gateway:8080/function/figlet'];
    const accepted = await http(`${system.gatewayUrl}/async-function/figlet`, { body: 'a', headers });
    const callId = accepted.headers.get('x-call-id');
    const posted = () => system.logged('callback-dispatcher', 'Posted result').find((line) => line.callId === callId);
    await eventually(() => posted() !== undefined);
    expect(posted()).toMatchObject({ status: 200 });
  });

  test('the smoke test passes', async () => {
    await walkLab({ gatewayUrl: system.gatewayUrl, password: credentials.password });
  });
});
