import { conformanceFunction } from '@later/runtime-conformance';

import { afterEach, beforeEach, expect, test } from 'vitest';
import { eventually, freePort } from '@later/testing';

import { HostileScene } from './testing/hostile-scene.js';

/** What is the watchdog's own, beside what each runtime guarantees. */
let scene: HostileScene;
beforeEach(async () => {
  scene = await HostileScene.open('best');
});
afterEach(() => scene.end());

const server = `${process.execPath} ${conformanceFunction}`;

test('a forking function’s log has a line when it begins and one when it has answered', async () => {
  const cat = await scene.start('cat');
  await cat.call({ body: Buffer.from('12345') });
  await eventually(() => scene.log.length === 2);
  expect(scene.log[0]).toBe('Forking fprocess.');
  expect(scene.log[1]).toMatch(/^Wrote 5 Bytes - Duration: \d+\.\d{6}s$/);
});

test('an answer has its length, and the type of the request unless the function has one', async () => {
  const cat = await scene.start('cat');
  const headers = ['Content-Type', 'text/csv'];
  const answer = await cat.call({ headers, body: Buffer.from('a,b') });
  expect(answer.headers).toMatchObject({ 'content-type': 'text/csv', 'content-length': '3' });
  expect((await cat.call({ method: 'GET' })).headers['content-type']).toBe('text/plain; charset=utf-8');
  const bytes = await scene.start('printf \\377');
  expect((await bytes.call({ method: 'GET' })).headers['content-type']).toBe('application/octet-stream');
  const typed = await scene.start('cat', { content_type: 'application/json' });
  expect((await typed.call({ headers, body: Buffer.from('1') })).headers['content-type']).toBe('application/json');
});

test('a failure tells how it ended, what was answered and what was complained of', async () => {
  const fails = await scene.start('ls / /no-such-folder');
  const { status, body } = await fails.call();
  expect(status).toBe(500);
  expect(body.toString()).toMatch(/^exit status 2\n/);
  expect(body.toString()).toContain('\nvar\n');
  expect(body.toString()).toMatch(/no-such-folder.*\n$/);
});

test('a function has its own variables, those of its call, and few of the provider’s', async () => {
  const env = await scene.start('env -0', { OWN: 'yes', 'dotted.name': 'too' });
  const { body } = await env.call({ target: '/p?q', headers: ['X-Call-Id', '1', 'Proxy', 'http://evil'] });
  const names = body
    .toString()
    .split('\0')
    .map((each) => each.split('=')[0]!);
  for (const name of ['OWN', 'dotted.name', 'PATH', 'Http_Method', 'Http_Path', 'Http_Query', 'Http_X_Call_Id'])
    expect(names).toContain(name);
  const ours = /^(OWN|dotted\.name|PATH|HOME|LANG|TZ|TMPDIR|LATER_MARK|LATER_PROCESS|Http_\w+)?$/;
  // What shells set for themselves.
  const ofShells = /^(PWD|OLDPWD|SHLVL|_)$/;
  expect(names.filter((name) => !ours.test(name) && !ofShells.test(name))).toEqual([]);
});

test('a server listens where it says itself', async () => {
  const port = await freePort();
  const fixed = { mode: 'http', upstream_url: `http://127.0.0.1:${port}/base/` };
  const request = await scene.start(`${server} request`, fixed);
  const { body } = await request.call({ target: '/path?q' });
  expect(JSON.parse(body.toString())).toMatchObject({ path: '/base/path', query: 'q' });
  await expect(scene.start(`${server} request`, fixed), 'a second').rejects.toThrow('Something else listens');
});

test('a server that cannot start is told of with its last words', async () => {
  await expect(scene.start(`${server} cannot-start`, { mode: 'http' })).rejects.toThrow(
    'It ended (exit status 1) before it listened | cannot start: no licence',
  );
  await expect(scene.start('no-such-server', { mode: 'http' })).rejects.toThrow('"no-such-server" was not found');
  expect(await scene.processes()).toEqual([]);
});

test('a server that can end well is let', async () => {
  const polite = await scene.start(`${server} polite`, { mode: 'http' });
  await polite.instance.stop();
  expect(scene.log).toContain('polite: ending');
});
