import { randomBytes } from 'node:crypto';

import {
  eventually,
  startRecordingServer,
  System,
  transportNames,
  type RecordedRequest,
  type RecordingServer,
} from '@later/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { echoProcess, type Seen } from '../clients/echo-function.js';
import { faasCli } from '../clients/faas-cli.js';
import { http, type Answer, type Request } from '../clients/http.js';

/** Node runs this; without a space, where a command is split. */
const script = (source: string): string => `${process.execPath} -e ${source}`;

/** One attempt is all there is. */
const once = { 'com.openfaas.retry.attempts': '1' };
/** Tried again at once, so that a test need not wait. */
const quick = { 'com.openfaas.retry.min_wait': '50ms', 'com.openfaas.retry.max_wait': '100ms' };

const functions = [
  { service: 'env', envProcess: 'env' },
  { service: 'cat', envProcess: 'cat' },
  { service: 'echo', envProcess: echoProcess, envVars: { mode: 'http' } },
  { service: 'fails', envProcess: script('console.log("said");process.exit(7)'), annotations: once },
  { service: 'fails-thrice', envProcess: 'false', annotations: { ...quick, 'com.openfaas.retry.attempts': '3' } },
  { service: 'slow', envProcess: 'sleep 30', envVars: { exec_timeout: '200ms' }, annotations: once },
  { service: 'patient', envProcess: 'sleep 30', annotations: once },
  { service: 'missing', envProcess: 'no-such-command', annotations: once },
];

describe.each(transportNames)('Async: POST /async-function/NAME, of processes, on %s', (transport) => {
  let system: System;
  let bin: RecordingServer;

  beforeAll(async () => {
    bin = await startRecordingServer();
    system = await System.start({ transport, standalone: true });
    const cli = faasCli(system.gatewayUrl);
    for (const each of functions) expect((await cli.deploy({ image: 'of-a-test', ...each })).status).toBe(202);
  });
  afterAll(async () => {
    await system?.stop();
    await bin?.close();
  });

  interface Called {
    readonly accepted: Answer;
    readonly callback: RecordedRequest;
  }

  /** Calls later, and waits for the callback. */
  async function callLater(path: string, { headers = [], ...request }: Request = {}): Promise<Called> {
    const accepted = await http(`${system.gatewayUrl}/async-function/${path}`, {
      ...request,
      headers: ['X-Callback-Url', `${bin.url}/cb?q=%20`, ...headers],
    });
    const { status, text } = accepted;
    expect([status, text]).toEqual([202, '']);
    const id = accepted.headers.get('x-call-id');
    const find = () => bin.requests.find((each) => each.headers.get('x-call-id') === id);
    await eventually(() => find() !== undefined, 30_000);
    return { accepted, callback: find()! };
  }

  const statusOf = ({ callback }: Called) => callback.headers.get('x-function-status');

  test('202, empty body, X-Call-Id, X-Start-Time, Content-Length: 0', async () => {
    const { accepted } = await callLater('env');
    const names = accepted.rawHeaders.filter((_, index) => index % 2 === 0).map((name) => name.toLowerCase());
    for (const name of ['x-call-id', 'x-start-time', 'content-length']) {
      expect(names.filter((each) => each === name)).toHaveLength(1);
    }
    expect(accepted.headers.get('content-length')).toBe('0');
  });

  test('the function gets the path, query, headers, body, the same X-Call-Id as the 202, one X-Start-Time', async () => {
    const headers = [
      'X-Tag',
      'one',
      'x-tag',
      'two',
      'X-Start-Time',
      '5',
      'User-Agent',
      'a client',
      'X-Later-Attempt',
      '9',
    ];
    const { accepted, callback } = await callLater('env/a%2Fb/../c?x=%20&y', { headers, body: 'four' });
    const lines = callback.body.toString().split('\n');
    expect(lines).toEqual(
      expect.arrayContaining([
        'Http_Method=POST',
        'Http_Path=/a%2Fb/../c',
        'Http_Query=x=%20&y',
        'Http_Content_Length=4',
        'Http_X_Tag=one, two',
        'Http_User_Agent=a client',
        `Http_X_Call_Id=${accepted.headers.get('x-call-id')}`,
        `Http_X_Start_Time=${accepted.headers.get('x-start-time')}`,
        `Http_X_Callback_Url=${bin.url}/cb?q=%20`,
        'Http_X_Later_Attempt=1',
      ]),
    );
  });

  test('the same of a server, raw', async () => {
    const { callback } = await callLater('echo//%FF/100%?r=%&s=?');
    expect((JSON.parse(callback.body.toString()) as Seen).target).toBe('//%FF/100%?r=%&s=?');
  });

  test('a body of 900 KiB, binary, there and back', async () => {
    const body = randomBytes(900 * 1024);
    const { callback } = await callLater('cat', { body, headers: ['Content-Type', 'image/png'] });
    expect(callback.body.equals(body)).toBe(true);
    expect(callback.headers.get('content-type')).toBe('image/png');
  });

  test('callback: POST to the URL verbatim; X-Function-Name as called, and all the rest', async () => {
    const { accepted, callback } = await callLater('cat.openfaas-fn/', {
      body: 'x',
      headers: ['X-Call-Id', 'of-the-caller'],
    });
    expect([callback.method, callback.url]).toEqual(['POST', '/cb?q=%20']);
    expect(accepted.headers.get('x-call-id')).toBe('of-the-caller');
    expect(Object.fromEntries(callback.headers)).toMatchObject({
      'x-call-id': 'of-the-caller',
      'x-duration-seconds': expect.stringMatching(/^\d+\.\d{6}$/) as string,
      'x-function-name': 'cat.openfaas-fn',
      'x-function-status': '200',
      'x-retry': '0',
      'x-retry-max': '9',
      'user-agent': expect.stringMatching(/^later-callback-dispatcher\/\d/) as string,
    });
    expect(callback.rawHeaders.filter((name) => name.toLowerCase() === 'x-duration-seconds')).toHaveLength(1);
  });

  test('end-to-end headers of the function’s response, a redirect too', async () => {
    const called = await callLater('echo/redirect');
    const { callback } = called;
    expect([statusOf(called), callback.body.toString(), callback.headers.get('location')]).toEqual([
      '302',
      'moved',
      '/elsewhere?a=%20',
    ]);
    expect(callback.rawHeaders.filter((_, index) => callback.rawHeaders[index - 1] === 'Set-Cookie')).toEqual([
      'a=1',
      'b=2',
    ]);
    expect(callback.headers.has('x-hop')).toBe(false);
  });

  test('a function’s 4xx/5xx is called back too: the failure of a process with its output', async () => {
    const failed = await callLater('fails', { body: 'x' });
    expect([statusOf(failed), failed.callback.body.toString()]).toEqual(['500', 'exit status 7\nsaid\n']);
    expect(failed.callback.headers.get('x-retry-max')).toBe('0');
    const missing = await callLater('echo/status/404');
    expect([statusOf(missing), missing.callback.headers.get('x-retry')]).toEqual(['404', '0']);
    const nothing = await callLater('missing');
    expect(statusOf(nothing)).toBe('500');
  });

  test('retries are counted: X-Retry (times retried) and X-Retry-Max', async () => {
    const called = await callLater('fails-thrice');
    expect([statusOf(called), called.callback.body.toString()]).toEqual(['500', 'exit status 1\n']);
    expect([called.callback.headers.get('x-retry'), called.callback.headers.get('x-retry-max')]).toEqual(['2', '2']);
  });

  test('504 when it runs past exec_timeout, or X-Timeout of the request', async () => {
    expect(statusOf(await callLater('slow'))).toBe('504');
    expect(statusOf(await callLater('patient', { headers: ['X-Timeout', '200ms'] }))).toBe('504');
  });

  test('max_inflight: 429 above it, and a job that was refused is run in the end', async () => {
    const held = Promise.withResolvers<void>();
    const gate = await startRecordingServer((_, response) => held.promise.then(() => void response.end()));
    const deployment = {
      service: 'narrow',
      image: 'of-a-test',
      envProcess: script('fetch(process.env.GATE).then(()=>console.log("let-through"))'),
      envVars: { max_inflight: '1', GATE: gate.url },
      annotations: { ...quick, 'com.openfaas.retry.attempts': '1000' },
    };
    expect((await faasCli(system.gatewayUrl).deploy(deployment)).status).toBe(202);
    const first = callLater('narrow');
    await eventually(() => gate.requests.length === 1);
    const refused = await http(`${system.gatewayUrl}/function/narrow`);
    expect([refused.status, Number(refused.headers.get('retry-after')) > 0]).toEqual([429, true]);
    const second = callLater('narrow');
    await eventually(() => system.logged('queue-worker', 'Retry').some((line) => line.function === 'narrow'));
    held.resolve();
    expect([statusOf(await first), statusOf(await second)]).toEqual(['200', '200']);
    expect(Number((await second).callback.headers.get('x-retry'))).toBeGreaterThan(0);
    await gate.close();
  });

  test('other methods on a function’s name: 405 with Allow', async () => {
    for (const method of ['GET', 'HEAD', 'PUT', 'PATCH', 'OPTIONS']) {
      const { status, headers } = await http(`${system.gatewayUrl}/async-function/cat`, { method });
      expect([method, status, headers.get('allow')]).toEqual([method, 405, 'POST']);
    }
  });
});
