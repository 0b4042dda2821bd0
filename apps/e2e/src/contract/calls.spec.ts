import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { System } from '@later/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { echoProcess, startEcho, type Seen } from '../clients/echo-function.js';
import { faasCli } from '../clients/faas-cli.js';
import { http, type Answer, type Request } from '../clients/http.js';

let elsewhere: Server;
let system: System;
let cli: ReturnType<typeof faasCli>;

beforeAll(async () => {
  elsewhere = startEcho(0);
  await once(elsewhere, 'listening');
  const upstream = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}`;
  system = await System.start({
    transport: 'embedded',
    roles: ['gateway', 'provider'],
    functions: { upstream: { upstream } },
  });
  cli = faasCli(system.gatewayUrl);
  await deploy({ service: 'server', envProcess: echoProcess, envVars: { mode: 'http' } });
  await deploy({ service: 'classic', envProcess: 'env' });
});
afterAll(async () => {
  await system?.stop();
  elsewhere.closeAllConnections();
  elsewhere.close();
});

async function deploy(deployment: Record<string, unknown>): Promise<void> {
  expect((await cli.deploy({ image: 'of-a-test', ...deployment })).status).toBe(202);
}

const call = (path: string, request?: Request): Promise<Answer> =>
  http(`${system.gatewayUrl}/function/${path}`, request);

const countOf = ({ rawHeaders }: Pick<Answer, 'rawHeaders'>, name: string): number =>
  rawHeaders.filter((each, index) => index % 2 === 0 && each.toLowerCase() === name.toLowerCase()).length;

interface Received {
  readonly method: string;
  readonly target: string;
  /** By lower-case name; those of one name joined by a comma. */
  readonly headers: ReadonlyMap<string, string>;
}

/** What a function says it was sent. */
function receivedOf({ status, text }: Answer): Received {
  expect(status).toBe(200);
  return text.startsWith('{') ? fromEcho(JSON.parse(text) as Seen) : fromEnvironment(text);
}

function fromEcho({ method, target, rawHeaders }: Seen): Received {
  const headers = new Map<string, string>();
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const [name, value] = [rawHeaders[index]!.toLowerCase(), rawHeaders[index + 1]!];
    headers.set(name, headers.has(name) ? `${headers.get(name)}, ${value}` : value);
  }
  return { method, target, headers };
}

function fromEnvironment(printed: string): Received {
  const lines = printed.split('\n').filter((line) => line.startsWith('Http_'));
  const entries = lines.map((line): [string, string] => {
    const end = line.indexOf('=');
    return [line.slice('Http_'.length, end).toLowerCase().replaceAll('_', '-'), line.slice(end + 1)];
  });
  const headers = new Map(entries);
  const query = headers.get('query');
  const target = `${headers.get('path')}${query === undefined ? '' : `?${query}`}`;
  return { method: headers.get('method')!, target, headers };
}

describe.each(['upstream', 'server', 'classic'])('Sync, of a function that is %s', (name) => {
  test.each([
    ['', '/'],
    ['/', '/'],
    ['.openfaas-fn', '/'],
    ['.openfaas-fn/', '/'],
    ['/a/', '/a/'],
    ['.openfaas-fn/a/b', '/a/b'],
    ['?x=%20&y', '/?x=%20&y'],
    ['/?', '/'],
    ['/a%2Fb/../c?x=%20&y', '/a%2Fb/../c?x=%20&y'],
    ['//a;b=1/%E2%9C%93/%FF/100%?q=%&r=?#', '//a;b=1/%E2%9C%93/%FF/100%?q=%&r=?#'],
  ])('path and query reach the function untouched; no path means /: %s', async (suffix, target) => {
    expect(receivedOf(await call(`${name}${suffix}`)).target).toBe(target);
  });

  test.each(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND', 'QUERY'])(
    'any method: %s',
    async (method) => {
      expect(receivedOf(await call(name, { method })).method).toBe(method);
    },
  );

  test('any method: HEAD', async () => {
    const { status, text } = await call(name, { method: 'HEAD' });
    expect([status, text]).toEqual([200, '']);
  });

  test('added: X-Call-Id (UUID), X-Start-Time (unix nanoseconds), X-Duration-Seconds (%f), each once', async () => {
    const before = Date.now();
    const answer = await call(name);
    for (const header of ['X-Call-Id', 'X-Start-Time', 'X-Duration-Seconds']) {
      expect(countOf(answer, header), header).toBe(1);
    }
    expect(answer.headers.get('x-call-id')).toMatch(/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/);
    expect(answer.headers.get('x-duration-seconds')).toMatch(/^\d+\.\d{6}$/);
    const startedMs = Number(answer.headers.get('x-start-time')!.slice(0, -6));
    expect(startedMs).toBeGreaterThanOrEqual(before);
    expect(startedMs).toBeLessThanOrEqual(Date.now());
  });

  test('the function receives X-Call-Id, one X-Start-Time, X-Forwarded-For, X-Forwarded-Host as the caller does', async () => {
    const answer = await call(name);
    const { headers } = receivedOf(answer);
    expect(Object.fromEntries(headers)).toMatchObject({
      'x-call-id': answer.headers.get('x-call-id'),
      'x-start-time': answer.headers.get('x-start-time'),
      'x-forwarded-for': '127.0.0.1',
      'x-forwarded-host': new URL(system.gatewayUrl).host,
    });
  });

  test('the function receives the client’s headers, repeated ones too', async () => {
    const sent = [
      'X-Tag',
      'one',
      'x-tag',
      'two',
      'Content-Type',
      'text/css',
      'Cookie',
      'a=b',
      'Authorization',
      'Bearer c',
    ];
    const { headers } = receivedOf(await call(name, { headers: sent, body: 'x' }));
    expect(Object.fromEntries(headers)).toMatchObject({
      'x-tag': 'one, two',
      'content-type': 'text/css',
      cookie: 'a=b',
      authorization: 'Bearer c',
      'content-length': '1',
    });
  });

  test('a client’s own X-Call-Id is used, passed on and echoed; its X-Start-Time is replaced, never doubled', async () => {
    const answer = await call(name, {
      headers: ['X-Call-Id', 'of-the-caller', 'X-Start-Time', '5', 'x-start-time', '6'],
    });
    const { headers } = receivedOf(answer);
    expect([answer.headers.get('x-call-id'), headers.get('x-call-id')]).toEqual(['of-the-caller', 'of-the-caller']);
    expect(headers.get('x-start-time')).toMatch(/^\d{19}$/);
    expect(answer.headers.get('x-start-time')).toBe(headers.get('x-start-time'));
  });

  test('what is ours to say cannot be forged', async () => {
    const forged = ['X-Forwarded-For', '8.8.8.8', 'X-Forwarded-Host', 'bank.example', 'X-Function-Status', '200'];
    const { headers } = receivedOf(await call(name, { headers: [...forged, 'X-Forwarded-Proto', 'https'] }));
    expect([headers.get('x-forwarded-for'), headers.get('x-forwarded-host')]).toEqual([
      '127.0.0.1',
      new URL(system.gatewayUrl).host,
    ]);
    expect([headers.get('x-function-status'), headers.get('x-forwarded-proto')]).toEqual([undefined, undefined]);
  });
});

describe.each(['upstream', 'server'])('the answer, of a function that is %s', (name) => {
  test('redirects are not followed; multi-valued headers kept; hop-by-hop headers stripped', async () => {
    const answer = await call(`${name}/redirect`, { method: 'GET' });
    expect([answer.status, answer.text, answer.headers.get('location')]).toEqual([302, 'moved', '/elsewhere?a=%20']);
    const cookies = answer.rawHeaders.filter((_, index) => answer.rawHeaders[index - 1] === 'Set-Cookie');
    expect(cookies).toEqual(['a=1', 'b=2']);
    expect([answer.headers.get('x-hop'), answer.headers.get('proxy-authenticate')]).toEqual([undefined, undefined]);
    expect(answer.headers.get('connection')).not.toContain('X-Hop');
  });

  test.each([201, 204, 304, 404, 418, 500, 503])('the function’s status: %d', async (status) => {
    const answer = await call(`${name}/status/${status}`);
    expect([answer.status, answer.text]).toEqual([status, '']);
    expect(countOf(answer, 'X-Call-Id')).toBe(1);
  });

  test('the body passes through, streamed', async () => {
    const response = await fetch(`${system.gatewayUrl}/function/${name}/hold`);
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    expect((await reader.read()).value).toBe('first');
    expect((await call(`${name}/release`)).status).toBe(200);
    expect((await reader.read()).value).toBe(' and last');
    expect((await reader.read()).done).toBe(true);
  });
});

describe('Names', () => {
  test('charset [-a-zA-Z0-9_.]', async () => {
    const service = 'A-z_0.9';
    await deploy({ service, envProcess: 'echo odd' });
    expect((await call(`${service}.openfaas-fn`)).text).toBe('odd\n');
    expect((await cli.describe(service)).labels).toEqual({ faas_function: service });
    expect((await cli.remove(service)).status).toBe(202);
  });

  test('name.namespace splits on the last dot; default namespace openfaas-fn', async () => {
    expect((await cli.system('POST', '/system/namespace/staging', { name: 'staging' })).status).toBe(202);
    await deploy({ service: 'v1', namespace: 'staging', envProcess: 'echo v1 of staging' });
    await deploy({ service: 'v1.staging', envProcess: 'echo v1.staging of the default' });
    expect((await call('v1.staging')).text).toBe('v1 of staging\n');
    expect((await call('v1.staging.openfaas-fn/a')).text).toBe('v1.staging of the default\n');
    expect((await call('v1')).status).toBe(404);
    expect((await cli.system('DELETE', '/system/namespace/staging')).status).toBe(202);
    expect((await cli.remove('v1.staging')).status).toBe(202);
  });

  test.each(['.openfaas-fn', '', '/', '/upstream', '.', '..', '%2e%2e/system/info'])(
    'empty name is 404: /function/%s',
    async (path) => {
      const { status, headers } = await call(path);
      expect([status, headers.get('content-type')]).toEqual([404, 'text/plain; charset=utf-8']);
    },
  );

  test('unknown function: 404 text/plain with its name, and the call’s id', async () => {
    const answer = await call('nobody.staging/a');
    expect([answer.status, answer.headers.get('content-type')]).toEqual([404, 'text/plain; charset=utf-8']);
    expect(answer.text).toContain('nobody.staging');
    expect([countOf(answer, 'X-Call-Id'), countOf(answer, 'X-Start-Time')]).toEqual([1, 1]);
  });
});
