import { QueueFullError } from '@later/transport-contract';
import { expect, test } from 'vitest';

import { MemoryReserve, restBytes } from './memory-reserve.js';

const memory = (used: number, limit: number): string =>
  `# Memory\r\nused_memory:${used}\r\nused_memory_human:1M\r\nmaxmemory:${limit}\r\nmaxmemory_policy:noeviction\r\n`;

/** A reserve on a server that answers with these, the last one for ever. */
function reserveOn(...answers: string[]) {
  const asked = { times: 0 };
  const info = async (): Promise<string> => answers[Math.min(asked.times++, answers.length - 1)] ?? '';
  return { reserve: new MemoryReserve({ info }), asked };
}

test('a tenth of the memory is not for new messages', () => {
  expect(restBytes(memory(300, 1_000))).toBe(600);
  expect(restBytes(memory(950, 1_000))).toBe(-50);
});

test('a server without a limit, or one that does not tell, has room', async () => {
  expect(restBytes(memory(300, 0))).toBe(Infinity);
  expect(restBytes('')).toBe(Infinity);
  const { reserve, asked } = reserveOn('');
  for (let index = 0; index < 100; index++) await reserve.admit('calls', 1_000_000);
  expect(asked.times).toBe(1);
});

test('messages are refused while there is no room, without asking each time', async () => {
  const { reserve, asked } = reserveOn(memory(95_000_000, 100_000_000));
  await expect(reserve.admit('calls', 1_000)).rejects.toBeInstanceOf(QueueFullError);
  await expect(reserve.admit('calls', 1_000)).rejects.toBeInstanceOf(QueueFullError);
  expect(asked.times).toBe(1);
});

test('many that come at once look again before they use more than their share', async () => {
  const { reserve, asked } = reserveOn(
    memory(0, 100_000_000),
    memory(50_000_000, 100_000_000),
    memory(89_000_000, 100_000_000),
  );
  const outcomes = await Promise.allSettled(Array.from({ length: 40 }, () => reserve.admit('calls', 1_000_000)));
  // 90 MB / 8, then 40 MB / 8, then 1 MB / 8, at 1.5 MB each.
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(7 + 3);
  expect(asked.times).toBe(3);
});
