import { randomBytes } from 'node:crypto';

import { eventually, freePort, System } from '@later/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { echoProcess, type Seen } from '../clients/echo-function.js';
import { faasCli } from '../clients/faas-cli.js';
import { http, type Answer, type Request } from '../clients/http.js';

let system: System;
let cli: ReturnType<typeof faasCli>;

beforeAll(async () => {
  system = await System.start({ transport: 'embedded', standalone: true });
  cli = faasCli(system.gatewayUrl);
});
afterAll(() => system?.stop());

interface Deployment {
  readonly envProcess: string;
  readonly envVars?: Readonly<Record<string, string>>;
  readonly secrets?: readonly string[];
}

let deployed = 0;

/** Deploys a function under a name of its own. */
async function deploy(deployment: Deployment): Promise<string> {
  const service = `fn-${deployed++}`;
  const { status, text } = await cli.deploy({ service, image: 'of-a-test', ...deployment });
  expect([status, text]).toEqual([202, '']);
  return service;
}

const call = (name: string, request?: Request): Promise<Answer> =>
  http(`${system.gatewayUrl}/function/${name}`, request);

const textsOf = async (name: string): Promise<string[]> => (await cli.logs(name)).map(({ text }) => text);

/** Node runs this; without a space, where a command is split. */
const script = (source: string): string => `${process.execPath} -e ${source}`;

describe('Classic (fork per request)', () => {
  test('envProcess is split on spaces, no shell', async () => {
    const name = await deploy({ envProcess: 'printf %s\\n $HOME  "a   b" ;ls *' });
    expect((await call(name)).text.split('\n')).toEqual(['$HOME', '"a', 'b"', ';ls', '*', '']);
  });

  test('body on stdin, stdout is the answer', async () => {
    const name = await deploy({ envProcess: 'cat' });
    const body = randomBytes(3 * 1024 * 1024);
    const answer = await call(name, { body });
    expect([answer.status, Buffer.compare(answer.body, body)]).toEqual([200, 0]);
    expect((await call(name)).body.length).toBe(0);
  });

  test('environment has Http_Method, Http_Path, Http_Query, Http_Host, Http_Content_Length, Http_<Header>, envVars', async () => {
    const name = await deploy({ envProcess: 'env', envVars: { greeting: 'a = b  c', EMPTY: '' } });
    const headers = [
      'content-TYPE',
      'text/css',
      'X-Call-Id',
      'mine',
      'x-odd_name',
      '1',
      'x-a-B',
      'é',
      'proxy',
      'http://a',
    ];
    const { text } = await call(`${name}/a%2Fb?x=%20&y`, { method: 'PUT', body: 'four', headers });
    const environment = Object.fromEntries(
      text.split('\n').map((line): [string, string] => [line.split('=', 1)[0]!, line.slice(line.indexOf('=') + 1)]),
    );
    expect(environment).toMatchObject({
      Http_Method: 'PUT',
      Http_Path: '/a%2Fb',
      Http_Query: 'x=%20&y',
      Http_Host: expect.stringMatching(/^127\.0\.0\.1:\d+$/) as string,
      Http_Content_Length: '4',
      Http_Content_Type: 'text/css',
      Http_X_Call_Id: 'mine',
      Http_X_Start_Time: expect.stringMatching(/^\d{19}$/) as string,
      Http_X_Forwarded_For: '127.0.0.1',
      greeting: 'a = b  c',
      EMPTY: '',
    });
    expect(text).not.toMatch(/proxy/i);
    expect(text).not.toContain('of-the-tests');
  });

  test('Http_Query is absent when empty; Http_Path is / without one', async () => {
    const name = await deploy({ envProcess: 'env' });
    for (const suffix of ['', '?', '/', '/?']) {
      const { text } = await call(`${name}${suffix}`, { method: 'GET' });
      expect(text).not.toContain('Http_Query');
      expect(text.split('\n')).toContain('Http_Path=/');
    }
  });

  test.each([
    ['exit status 7', 'process.exit(7)'],
    ['signal: killed', 'process.kill(process.pid,9)'],
  ])('status 500 with "%s" and the output when it fails', async (ending, source) => {
    const wrong = `console.log("said");console.error("wrong");${source}`;
    const answer = await call(await deploy({ envProcess: script(wrong) }));
    expect([answer.status, answer.text]).toEqual([500, `${ending}\nsaid\nwrong\n`]);
    expect(answer.headers.get('x-duration-seconds')).toMatch(/^\d+\.\d{6}$/);
  });

  test('504 when it runs past exec_timeout, X-Timeout per request up to exec_timeout', async () => {
    const name = await deploy({ envProcess: 'sleep 30', envVars: { exec_timeout: '300ms' } });
    expect((await call(name)).status).toBe(504);
    const asked = await call(name, { headers: ['X-Timeout', '20s'] });
    expect(asked.status, 'no more than it has').toBe(504);
    const patient = await deploy({ envProcess: 'sleep 30' });
    expect((await call(patient, { headers: ['X-Timeout', '200ms'] })).status).toBe(504);
    expect((await call(patient, { headers: ['X-Timeout', 'soon'] })).status).toBe(400);
  });

  test('answer carries the request’s content type unless content_type is set', async () => {
    const [plain, set] = await Promise.all([
      deploy({ envProcess: 'cat' }),
      deploy({ envProcess: 'cat', envVars: { content_type: 'application/json; charset=utf-8' } }),
    ]);
    const headers = ['Content-Type', 'text/css'];
    expect((await call(plain, { headers })).headers.get('content-type')).toBe('text/css');
    expect((await call(set, { headers })).headers.get('content-type')).toBe('application/json; charset=utf-8');
  });

  test('secrets are files under /var/openfaas/secrets/NAME, to the byte', async () => {
    const value = Buffer.from([0, 1, 2, 255, 13, 10]);
    const secrets = [
      { name: 'raw', rawValue: value.toString('base64') },
      { name: 'text', value: 'without a line end, é' },
    ];
    for (const secret of secrets) expect((await cli.system('POST', '/system/secrets', secret)).status).toBe(202);
    const names = secrets.map(({ name }) => name);
    const files = names.map((name) => `/var/openfaas/secrets/${name}`).join(' ');
    const answer = await call(await deploy({ envProcess: `cat ${files}`, secrets: names }));
    expect(answer.body.equals(Buffer.concat([value, Buffer.from(secrets[1]!.value!)]))).toBe(true);
    const stranger = await call(await deploy({ envProcess: 'cat /var/openfaas/secrets/raw' }));
    expect([stranger.status, stranger.text], 'not to a function that does not name it').toEqual([
      500,
      expect.stringContaining('exit status 1') as string,
    ]);
  });

  test('its log has one line "Forking fprocess." and one "Wrote N Bytes - Duration: 0.001823s" per request', async () => {
    const name = await deploy({ envProcess: 'cat' });
    for (const body of ['', 'four', 'x'.repeat(100_000)]) await call(name, { body });
    // The last of them is written after the answer.
    await eventually(async () => (await textsOf(name)).at(-1)?.startsWith('Wrote 100000 ') ?? false);
    const wrote = (bytes: number) => ['Forking fprocess.', `Wrote ${bytes} Bytes - Duration: Ns`];
    const texts = (await textsOf(name)).map((text) => text.replace(/\d+\.\d{6}s$/, 'Ns'));
    expect(texts).toEqual([...wrote(0), ...wrote(4), ...wrote(100_000)]);
  });

  test('what it says on standard error is in its log', async () => {
    const name = await deploy({ envProcess: script('console.error("to-the-log");console.log("said")') });
    expect((await call(name)).text).toBe('said\n');
    await eventually(async () => (await textsOf(name)).includes('to-the-log'));
  });
});

describe('HTTP mode', () => {
  test('the watchdog proxies to upstream_url', async () => {
    const port = String(await freePort());
    const upstream = `http://127.0.0.1:${port}/base`;
    const name = await deploy({
      envProcess: echoProcess,
      envVars: { mode: 'http', upstream_url: upstream, PORT: port },
    });
    expect((JSON.parse((await call(`${name}/a?b`)).text) as Seen).target).toBe('/base/a?b');
  });

  test('a long-lived server: one process for all calls; one that runs past its time breaks off', async () => {
    const name = await deploy({ envProcess: echoProcess, envVars: { mode: 'http' } });
    const pids = new Set<number>();
    for (let times = 0; times < 3; times++) pids.add((JSON.parse((await call(name)).text) as Seen).pid);
    expect(pids.size).toBe(1);
    const slow = await fetch(`${system.gatewayUrl}/function/${name}/hold`, { headers: { 'X-Timeout': '1s' } });
    await expect(slow.text(), 'an answer that has begun breaks off').rejects.toThrow();
  });

  test('the command may be in the environment: fprocess', async () => {
    const name = await deploy({ envProcess: '', envVars: { fprocess: 'echo from fprocess' } });
    expect((await call(name)).text).toBe('from fprocess\n');
  });
});
