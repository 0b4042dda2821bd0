import { once } from 'node:events';
import { request } from 'node:http';
import { join } from 'node:path';

import { eventually } from '@later/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import type { CallableInstance } from '@later/runtime-conformance';
import { ProcessBench, type SandboxName } from '../testing/process-bench.js';

const program = `${process.execPath} ${join(import.meta.dirname, 'hostile-server.mjs')}`;
const body = Buffer.alloc(900 * 1024, 'x');

/** The server, its two children, and the two children of each. */
const processCount = 7;

describe.each<SandboxName>(['best', 'process groups'])('a hostile server, sandbox: %s', (sandbox) => {
  let bench: ProcessBench;
  let server: CallableInstance;
  beforeEach(async () => {
    bench = await ProcessBench.open(sandbox, { graceMs: 300 });
    server = await bench.start(program, { mode: 'http' });
    await eventually(async () => (await bench.processes()).length >= processCount);
  });
  afterEach(() => bench.end());

  test('that answers with 1 GB is streamed to the caller and not kept in memory', async () => {
    const before = process.memoryUsage.rss();
    const sent = request({ host: '127.0.0.1', port: await server.port(), path: '/floods-output', agent: false }).end();
    const [response] = (await once(sent, 'response')) as [AsyncIterable<Buffer>];
    let bytes = 0;
    for await (const chunk of response) bytes += chunk.length;
    expect(bytes).toBe(1024 ** 3);
    expect(process.memoryUsage.rss() - before).toBeLessThan(256 * 1024 ** 2);
  });

  test('that prints 1 GB to its log still answers', async () => {
    const answer = await server.call({ target: '/floods-log' });
    expect([answer.status, answer.body.toString()]).toEqual([200, 'answered\n']);
    const bytes = bench.log.reduce((sum, line) => sum + line.length, 0);
    expect(bytes).toBeLessThan(64 * 1024 ** 2);
  });

  test('that never reads nor answers gives 504 after the timeout', async () => {
    server.timeoutMs = 300;
    expect((await server.call({ target: '/never-reads', body })).status).toBe(504);
    await eventually(() => server.answering === 0);
  });

  test('that exits during a call gives 502, and its instance reports the end', async () => {
    expect((await server.call({ target: '/exits-at-once', body })).status).toBe(502);
    expect(await server.instance.ended).toContain('exit status 9');
    expect(await bench.processes(), 'its children').toEqual([]);
    expect((await server.call({ target: '/', body })).status, 'a call after the end').toBe(502);
  });

  test('that answers before it reads the body, or without reading it, gives its answer', async () => {
    for (const [target, text] of [
      ['/answers-first', 'early\n'],
      ['/answers-without-reading', 'answered\n'],
    ] as const) {
      const answer = await server.call({ target, body });
      expect([answer.status, answer.body.toString()]).toEqual([200, text]);
    }
  });

  test('that aborts its answer aborts the answer to the caller', async () => {
    await expect(server.call({ target: '/breaks-off', body })).rejects.toThrow();
    await eventually(() => server.answering === 0);
  });
});
