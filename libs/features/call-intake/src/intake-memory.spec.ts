import { expect, test } from 'vitest';

import { IntakeMemory, type Reservation } from './intake-memory.js';

/** Work that continues until `end` is called. */
function work(memory: IntakeMemory, bytes: number) {
  const ending = Promise.withResolvers<void>();
  const started = Promise.withResolvers<void>();
  const done = memory.withBytes(bytes, () => {
    started.resolve();
    return ending.promise;
  });
  return { started: started.promise, done, end: () => (ending.resolve(), done) };
}

test('free memory is given at once, and then in order of arrival', async () => {
  const memory = new IntakeMemory(10);
  const order: string[] = [];
  const begin = (name: string, bytes: number) => {
    const begun = work(memory, bytes);
    void begun.started.then(() => order.push(name));
    return begun;
  };
  const [first, second] = [begin('first', 6), begin('second', 4)];
  await Promise.all([first.started, second.started]);
  const [big, small] = [begin('big', 8), begin('small', 1)];
  await first.end();
  // The small one would fit, but the big one is before it.
  expect(order).toEqual(['first', 'second']);
  await second.end();
  await Promise.all([big.started, small.started]);
  expect(order).toEqual(['first', 'second', 'big', 'small']);
  await Promise.all([big.end(), small.end()]);
  await work(memory, 10).end();
});

test('failed work frees its memory', async () => {
  const memory = new IntakeMemory(10);
  await expect(memory.withBytes(10, () => Promise.reject(new Error('broke off')))).rejects.toThrow('broke off');
  await work(memory, 10).end();
});

test('a call that waits too long gets an error, and the calls behind it continue', async () => {
  const memory = new IntakeMemory(10);
  const held = work(memory, 5);
  const tooBig = work(memory, 6);
  const behind = work(memory, 5);
  await expect(tooBig.done).rejects.toMatchObject({ code: 'BUDGET_SPENT' });
  await behind.end();
  await held.end();
  await work(memory, 10).end();
});

test('slow calls lose their memory to the next in turn, the oldest first, and only as many as it needs', async () => {
  const memory = new IntakeMemory(10);
  const revoked: string[] = [];
  for (const name of ['first', 'second', 'third', 'fourth', 'fifth']) {
    const slow = memory.withBytes(2, (held) => new Promise((_, fail) => held.revoked.addEventListener('abort', fail)));
    slow.catch(() => revoked.push(name));
  }
  const waiting = work(memory, 3);
  await waiting.started;
  expect(revoked).toEqual(['first', 'second']);
  await waiting.end();
});

test('a complete call keeps its memory, however long others wait', async () => {
  const memory = new IntakeMemory(10);
  let complete: Reservation | undefined;
  const ending = Promise.withResolvers<void>();
  const first = memory.withBytes(10, (held) => {
    held.markComplete();
    complete = held;
    return ending.promise;
  });
  await expect(work(memory, 1).done).rejects.toMatchObject({ code: 'BUDGET_SPENT' });
  expect(complete?.revoked.aborted).toBe(false);
  ending.resolve();
  await first;
});
