import { conformanceFunction } from '@later/runtime-conformance';

import { afterEach, beforeEach, expect, test } from 'vitest';
import { eventually, freePort } from '@later/testing';

import { ProcessBench } from './testing/process-bench.js';

/** The behaviour of OpenFaaS's watchdog, which the runtime contract does not include. */
let bench: ProcessBench;
beforeEach(async () => {
  bench = await ProcessBench.open('best');
});
afterEach(() => bench.end());

const server = `${process.execPath} ${conformanceFunction}`;

test('a forking function’s log has one line at the start of a call and one at its end', async () => {
  const cat = await bench.start('cat');
  await cat.call({ body: Buffer.from('12345') });
  await eventually(() => bench.log.length === 2);
  expect(bench.log[0]).toBe('Forking fprocess.');
  expect(bench.log[1]).toMatch(/^Wrote 5 Bytes - Duration: \d+\.\d{6}s$/);
});

test('an answer has its length, and the content type of the function or else of the request', async () => {
  const cat = await bench.start('cat');
  const headers = ['Content-Type', 'text/csv'];
  const answer = await cat.call({ headers, body: Buffer.from('a,b') });
  expect(answer.headers).toMatchObject({ 'content-type': 'text/csv', 'content-length': '3' });
  expect((await cat.call({ method: 'GET' })).headers['content-type']).toBe('text/plain; charset=utf-8');
  const bytes = await bench.start('printf \\377');
  expect((await bytes.call({ method: 'GET' })).headers['content-type']).toBe('application/octet-stream');
  const typed = await bench.start('cat', { content_type: 'application/json' });
  expect((await typed.call({ headers, body: Buffer.from('1') })).headers['content-type']).toBe('application/json');
});

test('a failed call gives the exit status, the standard output and the standard error', async () => {
  const fails = await bench.start('ls / /no-such-folder');
  const { status, body } = await fails.call();
  expect(status).toBe(500);
  expect(body.toString()).toMatch(/^exit status 2\n/);
  expect(body.toString()).toContain('\nvar\n');
  expect(body.toString()).toMatch(/no-such-folder.*\n$/);
});

test('a function sees its own variables, those of the call, and only a few of the provider’s', async () => {
  const env = await bench.start('env -0', { OWN: 'yes', 'dotted.name': 'too' });
  const { body } = await env.call({ target: '/p?q', headers: ['X-Call-Id', '1', 'Proxy', 'http://evil'] });
  const names = body
    .toString()
    .split('\0')
    .map((each) => each.split('=')[0]!);
  for (const name of ['OWN', 'dotted.name', 'PATH', 'Http_Method', 'Http_Path', 'Http_Query', 'Http_X_Call_Id'])
    expect(names).toContain(name);
  const ours = /^(OWN|dotted\.name|PATH|HOME|LANG|TZ|TMPDIR|LATER_MARK|LATER_PROCESS|Http_\w+)?$/;
  // Variables that shells set themselves.
  const ofShells = /^(PWD|OLDPWD|SHLVL|_)$/;
  expect(names.filter((name) => !ours.test(name) && !ofShells.test(name))).toEqual([]);
});

test('a server with upstream_url is called at that address', async () => {
  const port = await freePort();
  const fixed = { mode: 'http', upstream_url: `http://127.0.0.1:${port}/base/` };
  const request = await bench.start(`${server} request`, fixed);
  const { body } = await request.call({ target: '/path?q' });
  expect(JSON.parse(body.toString())).toMatchObject({ path: '/base/path', query: 'q' });
  await expect(bench.start(`${server} request`, fixed), 'a second').rejects.toThrow('Something else listens');
});

test('a server that cannot start rejects the start with its last log lines', async () => {
  await expect(bench.start(`${server} cannot-start`, { mode: 'http' })).rejects.toThrow(
    'It ended (exit status 1) before it listened | cannot start: no licence',
  );
  await expect(bench.start('no-such-server', { mode: 'http' })).rejects.toThrow('"no-such-server" was not found');
  expect(await bench.processes()).toEqual([]);
});

test('a server that handles SIGTERM ends by itself', async () => {
  const polite = await bench.start(`${server} polite`, { mode: 'http' });
  await polite.instance.stop();
  expect(bench.log).toContain('polite: ending');
});
