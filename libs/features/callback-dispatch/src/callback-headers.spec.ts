import type { Callback } from '@later/job-schema';
import { expect, test } from 'vitest';
import { version } from '@later/service-kit';

import { callbackHeaders } from './callback-headers.js';
import { callbackTarget } from './callback-target.js';

const callback: Callback = {
  id: 'j1',
  callId: 'c1' as Callback['callId'],
  functionName: 'figlet.openfaas-fn',
  url: 'http://bin.example',
  status: 500,
  headers: [
    ['Content-Type', 'text/plain'],
    ['Set-Cookie', 'a'],
    ['set-cookie', 'b'],
    ['Content-Length', '3'],
    ['X-Call-Id', 'forged'],
    ['x-function-status', '200'],
    ['webhook-id', 'forged'],
  ],
  durationSeconds: 0.0066594,
  retries: 2,
  maxRetries: 9,
  body: Buffer.from('abc'),
};

test('a callback has the headers of the answer, then those that OpenFaaS defines, each once', () => {
  expect(callbackHeaders(callback)).toEqual([
    ['Content-Type', 'text/plain'],
    ['Set-Cookie', 'a'],
    ['set-cookie', 'b'],
    ['X-Call-Id', 'c1'],
    ['X-Duration-Seconds', '0.006659'],
    ['X-Function-Name', 'figlet.openfaas-fn'],
    ['X-Function-Status', '500'],
    ['X-Retry', '2'],
    ['X-Retry-Max', '9'],
    ['User-Agent', `later-callback-dispatcher/${version.release}`],
    ['webhook-id', 'j1'],
  ]);
});

test('http://gateway:8080 becomes the URL of the gateway, and every other URL is unchanged', () => {
  const target = (url: string) => callbackTarget(url, 'http://10.0.0.1:9000/later/');
  expect(target('http://gateway:8080/function/a?x=%20')).toEqual({
    origin: 'http://10.0.0.1:9000',
    path: '/later/function/a?x=%20',
  });
  expect(target('http://gateway:9999/a')).toEqual({ origin: 'http://gateway:9999', path: '/a' });
  expect(target("http://bin.example/a/../b/%2e%2e/c?x='&#end")).toMatchObject({ path: "/a/../b/%2e%2e/c?x='&" });
  expect(target('http://bin.example?a')).toEqual({ origin: 'http://bin.example', path: '/?a' });
  expect(target('https://bin.example/r/1?a=%2F')).toEqual({ origin: 'https://bin.example', path: '/r/1?a=%2F' });
});
