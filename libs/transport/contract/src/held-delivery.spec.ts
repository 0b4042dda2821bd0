import { expect, test, vi } from 'vitest';

import { TransportUnavailableError } from './errors.js';
import { HeldDelivery, type Lease } from './held-delivery.js';
import { ack, retry, type Outcome } from './outcome.js';

function aLease(lease: Partial<Lease> = {}) {
  const message = { id: 'm1', lane: 'figlet', body: new Uint8Array() };
  const settle = vi.fn(lease.settle ?? (async () => undefined));
  return { message, attempt: 1, extend: async () => true, ...lease, settle };
}

function aHandler() {
  const { promise, resolve } = Promise.withResolvers<Outcome>();
  const handler = vi.fn((_: { readonly signal: AbortSignal }) => promise);
  return { handler, decide: resolve, signal: () => handler.mock.calls[0]![0].signal };
}

test('a delivery that was given back ignores the outcome of its handler', async () => {
  const lease = aLease();
  const { handler, decide } = aHandler();
  const held = new HeldDelivery(lease, { handler, ackWaitMs: 1_000 });
  const ended = held.run();
  await held.giveBack();
  decide(ack());
  await ended;
  await held.giveBack();
  expect(lease.settle.mock.calls).toEqual([[retry(0)]]);
});

test('a delivery whose lease was lost aborts its handler and stores no outcome', async () => {
  const lease = aLease({ extend: async () => false });
  const { handler, decide, signal } = aHandler();
  const held = new HeldDelivery(lease, { handler, ackWaitMs: 1_000 });
  const ended = held.run();
  await held.extend();
  await ended;
  decide(ack());
  await held.giveBack();
  expect(signal().aborted).toBe(true);
  expect(lease.settle).not.toHaveBeenCalled();
});

test('a delivery stores its outcome again until the backend takes it', async () => {
  vi.useFakeTimers();
  let failures = 2;
  const lease = aLease({
    settle: async () => {
      if (failures-- > 0) throw new TransportUnavailableError('test', 'Start it.');
    },
  });
  const onError = vi.fn();
  const ended = new HeldDelivery(lease, { handler: async () => ack(), ackWaitMs: 1_000, onError }).run();
  await vi.runAllTimersAsync();
  await ended;
  expect(lease.settle.mock.calls).toEqual([[ack()], [ack()], [ack()]]);
  expect(onError).not.toHaveBeenCalled();
  vi.useRealTimers();
});
