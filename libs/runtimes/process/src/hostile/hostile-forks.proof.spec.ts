import { request } from 'node:http';
import { once } from 'node:events';
import { join } from 'node:path';

import { eventually } from '@later/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import type { CallableInstance } from '@later/runtime-conformance';
import { ProcessBench, type SandboxName } from '../testing/process-bench.js';

const script = join(import.meta.dirname, 'hostile.sh');
const body = Buffer.alloc(900 * 1024, 'x');
const sandboxes: readonly SandboxName[] = ['best', 'process groups'];
const modes = ['classic', 'streaming'] as const;

const cases = sandboxes.flatMap((sandbox) => modes.map((mode) => ({ sandbox, mode })));

describe.each(cases)('a hostile function, $mode, sandbox: $sandbox', ({ sandbox, mode }) => {
  let bench: ProcessBench;
  beforeEach(async () => {
    bench = await ProcessBench.open(sandbox);
  });
  afterEach(() => bench.end());

  const start = (behaviour: string): Promise<CallableInstance> => bench.start(`sh ${script} ${behaviour}`, { mode });
  const untilNothingRuns = (): Promise<void> => eventually(async () => (await bench.processes()).length === 0);

  test('that leaves children behind answers when it ends, and its children are ended', async () => {
    const forks = await start('forks');
    const answer = await forks.call({ body });
    expect([answer.status, answer.body.toString()]).toEqual([200, 'answered\n']);
    await eventually(() => forks.answering === 0);
    expect(await bench.processes()).toEqual([]);
    expect(bench.log).toContain('forked');
  });

  test('that forks and keeps running is ended with its children after the timeout, and gives 504', async () => {
    const forks = await start('forks-and-stays');
    forks.timeoutMs = 500;
    const answer = await forks.call({ body });
    expect(answer.status).toBe(504);
    expect(answer.body.toString()).toContain('exec_timeout');
    await eventually(() => forks.answering === 0);
    expect(await bench.processes()).toEqual([]);
  });

  test('that prints 1 GB to its log still answers, and the log tells how many bytes are left out', async () => {
    const floods = await start('floods-log');
    const answer = await floods.call();
    expect([answer.status, answer.body.toString()]).toEqual([200, 'answered\n']);
    await untilNothingRuns();
    const bytes = bench.log.reduce((sum, line) => sum + line.length, 0);
    expect(bytes).toBeLessThan(64 * 1024 ** 2);
    expect(bench.log.some((line) => /^\d+ bytes left out/.test(line))).toBe(true);
  }, 120_000);

  test('that never reads its input is ended after the timeout', async () => {
    const neverReads = await start('never-reads');
    neverReads.timeoutMs = 300;
    expect((await neverReads.call({ body })).status).toBe(504);
    await untilNothingRuns();
  });

  test('that exits at once answers while a large body is being sent', async () => {
    const exits = await start('exits-at-once');
    const answer = await exits.call({ body: Buffer.alloc(20 * 1024 ** 2) });
    expect([answer.status, answer.body.length]).toEqual([200, 0]);
  });

  test('that fails at once without output gives its exit status', async () => {
    const fails = await start('fails-at-once');
    const answers = [await fails.call({ body: Buffer.alloc(20 * 1024 ** 2) }), await fails.call()];
    const responses = answers.map(({ status, body }) => [status, body.toString()]);
    expect(responses).toEqual(Array(2).fill([500, 'exit status 42\n']));
  });

  test('whose command does not exist gives 500 and names the command', async () => {
    const missing = await bench.start('no-such-command --flag', { mode });
    const answer = await missing.call({ body });
    expect(answer.status).toBe(500);
    expect(answer.body.toString()).toContain('no-such-command');
    const builtin = await bench.start('exit 3', { mode });
    expect((await builtin.call()).body.toString()).toContain('"exit" was not found');
  });

  test('whose environment is too large for the system gives 500 and E2BIG', async () => {
    const large = await bench.start('cat', { mode, LARGE: 'x'.repeat(200 * 1024) });
    const answer = await large.call({ body });
    expect(answer.status).toBe(500);
    expect(answer.body.toString()).toContain('E2BIG');
  });

  test('that answers before it reads gives its whole answer', async () => {
    const answersFirst = await start('answers-first');
    const answer = await answersFirst.call({ body });
    expect([answer.status, answer.body.toString()]).toEqual([200, 'early\n']);
  });
});

describe.each(sandboxes)('a hostile function, classic, sandbox: %s', (sandbox) => {
  let bench: ProcessBench;
  beforeEach(async () => {
    bench = await ProcessBench.open(sandbox);
  });
  afterEach(() => bench.end());

  test('that prints 1 GB is ended, and the answer names the limit', async () => {
    const floods = await bench.start(`sh ${script} floods-output`);
    const answer = await floods.call({ body });
    expect(answer.status).toBe(500);
    expect(answer.body.toString()).toContain('more than 1048576 bytes');
    await eventually(async () => (await bench.processes()).length === 0);
  });

  test('that closes its output and keeps running is ended after the timeout', async () => {
    const closes = await bench.start(`sh ${script} closes-output`);
    closes.timeoutMs = 300;
    expect((await closes.call({ body })).status).toBe(504);
    await eventually(async () => (await bench.processes()).length === 0);
  });

  test('that fails with output gives its exit status and the output', async () => {
    const fails = await bench.start(`sh ${script} fails-with-output`);
    const answer = await fails.call({ body });
    expect([answer.status, answer.body.toString()]).toEqual([500, 'exit status 42\nno\n']);
  });

  test('that is killed gives the name of the signal', async () => {
    const killed = await bench.start(`sh ${script} breaks-off`);
    const answer = await killed.call({ body });
    expect(answer.status).toBe(500);
    // A shell may add its own message.
    expect(answer.body.toString()).toMatch(/^signal: killed\nhalf\n/);
  });
});

describe.each(sandboxes)('a hostile function, streaming, sandbox: %s', (sandbox) => {
  let bench: ProcessBench;
  beforeEach(async () => {
    bench = await ProcessBench.open(sandbox);
  });
  afterEach(() => bench.end());

  const start = (behaviour: string): Promise<CallableInstance> =>
    bench.start(`sh ${script} ${behaviour}`, { mode: 'streaming' });

  test('that prints 1 GB is streamed to the caller and not kept in memory', async () => {
    const floods = await start('floods-output');
    const before = process.memoryUsage.rss();
    const sent = request({ host: '127.0.0.1', port: await floods.port(), method: 'POST', agent: false }).end();
    const [response] = (await once(sent, 'response')) as [AsyncIterable<Buffer>];
    let bytes = 0;
    for await (const chunk of response) bytes += chunk.length;
    expect(bytes).toBe(1024 ** 3);
    expect(process.memoryUsage.rss() - before).toBeLessThan(256 * 1024 ** 2);
  }, 120_000);

  test('that prints 1 GB is ended when its client disconnects', async () => {
    const floods = await start('floods-output');
    const client = new AbortController();
    const sent = request({ host: '127.0.0.1', port: await floods.port(), agent: false, signal: client.signal }).end();
    sent.on('error', () => undefined);
    const [response] = (await once(sent, 'response')) as [NodeJS.ReadableStream];
    response.on('error', () => undefined);
    await once(response, 'data');
    client.abort();
    await eventually(() => floods.answering === 0);
    expect(await bench.processes()).toEqual([]);
  });

  test('that fails after its answer began aborts the answer', async () => {
    const breaksOff = await start('breaks-off');
    await expect(breaksOff.call({ body })).rejects.toThrow();
  });

  test('that closes its output and keeps running is aborted after the timeout', async () => {
    const closes = await start('closes-output');
    closes.timeoutMs = 300;
    await expect(closes.call({ body })).rejects.toThrow();
    await eventually(async () => (await bench.processes()).length === 0);
  });

  test('answers before its caller has sent the whole body', async () => {
    const answersFirst = await start('answers-first');
    const sent = request({ host: '127.0.0.1', port: await answersFirst.port(), method: 'POST', agent: false });
    sent.write('half');
    const [response] = (await once(sent, 'response')) as [NodeJS.ReadableStream];
    expect(String((await once(response, 'data'))[0])).toBe('early\n');
    sent.end('the rest');
    await once(response, 'end');
  });
});
