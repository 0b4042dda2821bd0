import { QueueFullError } from '@later/transport-contract';
import { expect, test } from 'vitest';

import { MemoryReserve, fillableBytes } from './memory-reserve.js';

const memory = (used: number, limit: number): string =>
  `# Memory\r\nused_memory:${used}\r\nused_memory_human:1M\r\nmaxmemory:${limit}\r\nmaxmemory_policy:noeviction\r\n`;

/** A reserve on a server that gives these answers in order, and repeats the last one. */
function reserveOn(...answers: string[]) {
  const requests = { count: 0 };
  const info = async (): Promise<string> => answers[Math.min(requests.count++, answers.length - 1)] ?? '';
  return { reserve: new MemoryReserve({ info }), requests };
}

test('fillableBytes keeps a tenth of the memory free', () => {
  expect(fillableBytes(memory(300, 1_000))).toBe(600);
  expect(fillableBytes(memory(950, 1_000))).toBe(-50);
});

test('the reserve admits every message when Redis has no memory limit or hides it', async () => {
  expect(fillableBytes(memory(300, 0))).toBe(Infinity);
  expect(fillableBytes('')).toBe(Infinity);
  const { reserve, requests } = reserveOn('');
  for (let index = 0; index < 100; index++) await reserve.admit('calls', 1_000_000);
  expect(requests.count).toBe(1);
});

test('the reserve refuses messages of a full Redis without measuring each time', async () => {
  const { reserve, requests } = reserveOn(memory(95_000_000, 100_000_000));
  await expect(reserve.admit('calls', 1_000)).rejects.toBeInstanceOf(QueueFullError);
  await expect(reserve.admit('calls', 1_000)).rejects.toBeInstanceOf(QueueFullError);
  expect(requests.count).toBe(1);
});

test('concurrent messages cause a new measurement when they have used their share', async () => {
  const { reserve, requests } = reserveOn(
    memory(0, 100_000_000),
    memory(50_000_000, 100_000_000),
    memory(89_000_000, 100_000_000),
  );
  const outcomes = await Promise.allSettled(Array.from({ length: 40 }, () => reserve.admit('calls', 1_000_000)));
  // 90 MB / 8, then 40 MB / 8, then 1 MB / 8, at 1.5 MB each.
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(7 + 3);
  expect(requests.count).toBe(3);
});
