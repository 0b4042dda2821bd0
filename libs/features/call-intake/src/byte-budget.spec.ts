import { expect, test } from 'vitest';

import { ByteBudget, type Held } from './byte-budget.js';

/** Work that is under way until it is told to end. */
function work(budget: ByteBudget, bytes: number) {
  const ending = Promise.withResolvers<void>();
  const started = Promise.withResolvers<void>();
  const done = budget.holding(bytes, () => {
    started.resolve();
    return ending.promise;
  });
  return { started: started.promise, done, end: () => (ending.resolve(), done) };
}

test('what is free is given at once, and the rest in the order in which it was asked for', async () => {
  const budget = new ByteBudget(10);
  const order: string[] = [];
  const begin = (name: string, bytes: number) => {
    const begun = work(budget, bytes);
    void begun.started.then(() => order.push(name));
    return begun;
  };
  const [first, second] = [begin('first', 6), begin('second', 4)];
  await Promise.all([first.started, second.started]);
  const [big, small] = [begin('big', 8), begin('small', 1)];
  await first.end();
  // There is room for the small one; it is not its turn.
  expect(order).toEqual(['first', 'second']);
  await second.end();
  await Promise.all([big.started, small.started]);
  expect(order).toEqual(['first', 'second', 'big', 'small']);
  await Promise.all([big.end(), small.end()]);
  await work(budget, 10).end();
});

test('work that fails gives back what it held', async () => {
  const budget = new ByteBudget(10);
  await expect(budget.holding(10, () => Promise.reject(new Error('broke off')))).rejects.toThrow('broke off');
  await work(budget, 10).end();
});

test('whose turn does not come in time is told so, and lets those behind it through', async () => {
  const budget = new ByteBudget(10);
  const held = work(budget, 5);
  const tooBig = work(budget, 6);
  const behind = work(budget, 5);
  await expect(tooBig.done).rejects.toMatchObject({ code: 'BUDGET_SPENT' });
  await behind.end();
  await held.end();
  await work(budget, 10).end();
});

test('who comes in slowly makes room for the next in turn, the oldest first, and no more than it needs', async () => {
  const budget = new ByteBudget(10);
  const takenBack: string[] = [];
  for (const name of ['first', 'second', 'third', 'fourth', 'fifth']) {
    const slow = budget.holding(2, (held) => new Promise((_, give) => held.takenBack.addEventListener('abort', give)));
    slow.catch(() => takenBack.push(name));
  }
  const waiting = work(budget, 3);
  await waiting.started;
  expect(takenBack).toEqual(['first', 'second']);
  await waiting.end();
});

test('what has come in is kept, however long others wait', async () => {
  const budget = new ByteBudget(10);
  let kept: Held | undefined;
  const ending = Promise.withResolvers<void>();
  const first = budget.holding(10, (held) => {
    held.keep();
    kept = held;
    return ending.promise;
  });
  await expect(work(budget, 1).done).rejects.toMatchObject({ code: 'BUDGET_SPENT' });
  expect(kept?.takenBack.aborted).toBe(false);
  ending.resolve();
  await first;
});
