import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { ack, type Backend, type Transport } from '@later/transport-contract';
import { aMessage, eventually } from '@later/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { connectEmbedded } from './index.js';

const queue = 'calls';
let dataDir: string;
let backend: Backend;
let transport: Transport;
let child: ChildProcess | undefined;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'later-embedded-'));
  backend = await connectEmbedded({ dataDir, ackWaitMs: 1_000 });
  transport = backend.transport;
});

afterEach(async () => {
  await killChild();
  await backend.close();
  await rm(dataDir, { recursive: true, force: true });
});

function startChild(script: string): ChildProcess {
  const path = new URL(`../fixtures/${script}`, import.meta.url);
  child = fork(path, [dataDir, queue], { execArgv: [], stdio: 'inherit' });
  return child;
}

async function killChild(): Promise<void> {
  if (!child || child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}

test('kill -9 of a process that publishes and consumes loses no acknowledged message', async () => {
  const [published, consumed] = [new Set<string>(), new Set<string>()];
  for (let round = 1; round <= 3; round++) {
    startChild('publish-and-consume.mjs').on('message', (report: { published?: string; consumed?: string }) => {
      if (report.published) published.add(report.published);
      if (report.consumed) consumed.add(report.consumed);
    });
    await eventually(() => published.size > round * 300 && consumed.size > round * 100);
    await killChild();
  }
  const subscription = await transport.subscribe(
    queue,
    async ({ id }) => {
      consumed.add(id);
      return ack();
    },
    { maxInFlight: 50 },
  );
  await eventually(async () => {
    const { waiting, inFlight } = await transport.depth(queue);
    return waiting + inFlight === 0;
  });
  await subscription.drain(1_000);
  expect(
    [...published].filter((id) => !consumed.has(id)),
    'lost',
  ).toEqual([]);
});

test('an idle process starts a message of another process within 50 ms', async () => {
  const startedAt = new Map<string, number>();
  startChild('report-starts.mjs').on('message', (report: { id: string; startedAt: number }) => {
    startedAt.set(report.id, report.startedAt);
  });
  await eventually(() => startedAt.has('subscribed'));
  const waits: number[] = [];
  for (let index = 0; index < 9; index++) {
    // Long enough for the other process to reach its longest poll interval.
    await delay(700);
    const message = aMessage();
    await transport.publish(queue, message);
    const publishedAt = performance.timeOrigin + performance.now();
    await eventually(() => startedAt.has(message.id));
    waits.push(startedAt.get(message.id)! - publishedAt);
  }
  const median = waits.toSorted((a, b) => a - b)[4]!;
  console.log(`embedded: across processes, half of the messages start within ${median.toFixed(1)} ms`);
  // The promise is 50; the test allows more because the machine may be busy.
  expect(median).toBeLessThan(200);
});
