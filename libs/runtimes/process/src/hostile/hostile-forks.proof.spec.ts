import { request } from 'node:http';
import { once } from 'node:events';
import { join } from 'node:path';

import { eventually } from '@later/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import type { Callable } from '@later/runtime-conformance';
import { HostileScene, type SandboxName } from '../testing/hostile-scene.js';

const script = join(import.meta.dirname, 'hostile.sh');
const body = Buffer.alloc(900 * 1024, 'x');
const sandboxes: readonly SandboxName[] = ['best', 'process groups'];
const modes = ['classic', 'streaming'] as const;

const cases = sandboxes.flatMap((sandbox) => modes.map((mode) => ({ sandbox, mode })));

describe.each(cases)('a hostile function, $mode, sandbox: $sandbox', ({ sandbox, mode }) => {
  let scene: HostileScene;
  beforeEach(async () => {
    scene = await HostileScene.open(sandbox);
  });
  afterEach(() => scene.end());

  const start = (what: string): Promise<Callable> => scene.start(`sh ${script} ${what}`, { mode });
  const untilNothingRuns = (): Promise<void> => eventually(async () => (await scene.processes()).length === 0);

  test('that leaves children behind has answered when it ends itself, and they end with it', async () => {
    const forks = await start('forks');
    const answer = await forks.call({ body });
    expect([answer.status, answer.body.toString()]).toEqual([200, 'answered\n']);
    await eventually(() => forks.answering === 0);
    expect(await scene.processes()).toEqual([]);
    expect(scene.log).toContain('forked');
  });

  test('that forks and stays is ended with its children at its time, and the caller told', async () => {
    const forks = await start('forks-and-stays');
    forks.timeoutMs = 500;
    const answer = await forks.call({ body });
    expect(answer.status).toBe(504);
    expect(answer.body.toString()).toContain('exec_timeout');
    await eventually(() => forks.answering === 0);
    expect(await scene.processes()).toEqual([]);
  });

  test('that prints 1 GB to its log answers all the same, and the log tells what it lacks', async () => {
    const floods = await start('floods-log');
    const answer = await floods.call();
    expect([answer.status, answer.body.toString()]).toEqual([200, 'answered\n']);
    await untilNothingRuns();
    const bytes = scene.log.reduce((sum, line) => sum + line.length, 0);
    expect(bytes).toBeLessThan(64 * 1024 ** 2);
    expect(scene.log.some((line) => /^\d+ bytes left out/.test(line))).toBe(true);
  }, 120_000);

  test('that never reads its input is ended at its time', async () => {
    const neverReads = await start('never-reads');
    neverReads.timeoutMs = 300;
    expect((await neverReads.call({ body })).status).toBe(504);
    await untilNothingRuns();
  });

  test('that exits at once answers, with a large body on its way', async () => {
    const exits = await start('exits-at-once');
    const answer = await exits.call({ body: Buffer.alloc(20 * 1024 ** 2) });
    expect([answer.status, answer.body.length]).toEqual([200, 0]);
  });

  test('that fails at once, and without a word, says how', async () => {
    const fails = await start('fails-at-once');
    const answers = [await fails.call({ body: Buffer.alloc(20 * 1024 ** 2) }), await fails.call()];
    const told = answers.map(({ status, body }) => [status, body.toString()]);
    expect(told).toEqual(Array(2).fill([500, 'exit status 42\n']));
  });

  test('whose command is not there says so', async () => {
    const missing = await scene.start('no-such-command --flag', { mode });
    const answer = await missing.call({ body });
    expect(answer.status).toBe(500);
    expect(answer.body.toString()).toContain('no-such-command');
    const builtin = await scene.start('exit 3', { mode });
    expect((await builtin.call()).body.toString()).toContain('"exit" was not found');
  });

  test('whose environment is more than the system takes says so', async () => {
    const large = await scene.start('cat', { mode, LARGE: 'x'.repeat(200 * 1024) });
    const answer = await large.call({ body });
    expect(answer.status).toBe(500);
    expect(answer.body.toString()).toContain('E2BIG');
  });

  test('that answers before it reads is read to its end', async () => {
    const answersFirst = await start('answers-first');
    const answer = await answersFirst.call({ body });
    expect([answer.status, answer.body.toString()]).toEqual([200, 'early\n']);
  });
});

describe.each(sandboxes)('a hostile function, classic, sandbox: %s', (sandbox) => {
  let scene: HostileScene;
  beforeEach(async () => {
    scene = await HostileScene.open(sandbox);
  });
  afterEach(() => scene.end());

  test('that prints 1 GB is ended, and the caller told of the limit', async () => {
    const floods = await scene.start(`sh ${script} floods-output`);
    const answer = await floods.call({ body });
    expect(answer.status).toBe(500);
    expect(answer.body.toString()).toContain('more than 1048576 bytes');
    await eventually(async () => (await scene.processes()).length === 0);
  });

  test('that closes its output and runs on is ended at its time', async () => {
    const closes = await scene.start(`sh ${script} closes-output`);
    closes.timeoutMs = 300;
    expect((await closes.call({ body })).status).toBe(504);
    await eventually(async () => (await scene.processes()).length === 0);
  });

  test('that fails with a word says how, and passes it on', async () => {
    const fails = await scene.start(`sh ${script} fails-with-a-word`);
    const answer = await fails.call({ body });
    expect([answer.status, answer.body.toString()]).toEqual([500, 'exit status 42\nno\n']);
  });

  test('that is killed says by what', async () => {
    const killed = await scene.start(`sh ${script} breaks-off`);
    const answer = await killed.call({ body });
    expect(answer.status).toBe(500);
    // A shell may add its own word for it.
    expect(answer.body.toString()).toMatch(/^signal: killed\nhalf\n/);
  });
});

describe.each(sandboxes)('a hostile function, streaming, sandbox: %s', (sandbox) => {
  let scene: HostileScene;
  beforeEach(async () => {
    scene = await HostileScene.open(sandbox);
  });
  afterEach(() => scene.end());

  const start = (what: string): Promise<Callable> => scene.start(`sh ${script} ${what}`, { mode: 'streaming' });

  test('that prints 1 GB is passed on, and not kept', async () => {
    const floods = await start('floods-output');
    const before = process.memoryUsage.rss();
    const sent = request({ host: '127.0.0.1', port: await floods.port(), method: 'POST', agent: false }).end();
    const [response] = (await once(sent, 'response')) as [AsyncIterable<Buffer>];
    let bytes = 0;
    for await (const chunk of response) bytes += chunk.length;
    expect(bytes).toBe(1024 ** 3);
    expect(process.memoryUsage.rss() - before).toBeLessThan(256 * 1024 ** 2);
  }, 120_000);

  test('that prints 1 GB ends when its client has had enough', async () => {
    const floods = await start('floods-output');
    const enough = new AbortController();
    const sent = request({ host: '127.0.0.1', port: await floods.port(), agent: false, signal: enough.signal }).end();
    sent.on('error', () => undefined);
    const [response] = (await once(sent, 'response')) as [NodeJS.ReadableStream];
    response.on('error', () => undefined);
    await once(response, 'data');
    enough.abort();
    await eventually(() => floods.answering === 0);
    expect(await scene.processes()).toEqual([]);
  });

  test('that fails after its answer began breaks it off', async () => {
    const breaksOff = await start('breaks-off');
    await expect(breaksOff.call({ body })).rejects.toThrow();
  });

  test('that closes its output and runs on is broken off at its time', async () => {
    const closes = await start('closes-output');
    closes.timeoutMs = 300;
    await expect(closes.call({ body })).rejects.toThrow();
    await eventually(async () => (await scene.processes()).length === 0);
  });

  test('is heard before its caller has said all', async () => {
    const answersFirst = await start('answers-first');
    const sent = request({ host: '127.0.0.1', port: await answersFirst.port(), method: 'POST', agent: false });
    sent.write('half');
    const [response] = (await once(sent, 'response')) as [NodeJS.ReadableStream];
    expect(String((await once(response, 'data'))[0])).toBe('early\n');
    sent.end('the rest');
    await once(response, 'end');
  });
});
