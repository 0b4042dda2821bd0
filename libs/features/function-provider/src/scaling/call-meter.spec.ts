import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { CallMeter } from './call-meter.js';

/** A meter and its clock, in ms. */
function aMeter(startedAt = 5_000_123) {
  const clock = { ms: startedAt };
  return { clock, meter: new CallMeter(() => clock.ms) };
}

describe('the rate', () => {
  test('is constant for steady calls, whenever in a second it is read', () => {
    const { clock, meter } = aMeter();
    const rates = new Set<number>();
    for (let call = 0; call < 20 * 30; call++) {
      meter.started()();
      clock.ms += 50;
      if (call > 20 * 11) rates.add(meter.ratePerSecond());
    }
    expect([...rates]).toEqual([20]);
  });

  test('includes a burst for ten seconds, from the end of its second', () => {
    const { clock, meter } = aMeter(1_000_000);
    for (let call = 0; call < 100; call++) meter.started();
    const rates = Array.from({ length: 13 }, () => {
      const rate = meter.ratePerSecond();
      clock.ms += 1_000;
      return rate;
    });
    expect(rates).toEqual([0, ...Array.from({ length: 10 }, () => 10), 0, 0]);
  });

  test('is the average of the last ten full seconds, for any calls', () => {
    const pauses = fc.array(fc.oneof(fc.nat(300), fc.nat(5_000), fc.nat(100_000)), { maxLength: 100 });
    fc.assert(
      fc.property(fc.nat(1e9), pauses, (startedAt, pausesMs) => {
        const { clock, meter } = aMeter(startedAt);
        const calls: number[] = [];
        for (const pauseMs of pausesMs) {
          clock.ms += pauseMs;
          calls.push(Math.floor(clock.ms / 1_000));
          meter.started();
          if (pauseMs % 3) continue;
          const second = Math.floor(clock.ms / 1_000);
          const counted = calls.filter((each) => each < second && each >= second - 10).length;
          expect(meter.ratePerSecond()).toBe(counted / 10);
        }
      }),
    );
  });
});

test('a call is in flight from its start to its end; ending it again changes nothing', () => {
  const { meter } = aMeter();
  const [one, other] = [meter.started(), meter.started()];
  expect(meter.inFlight).toBe(2);
  one();
  one();
  expect(meter.inFlight).toBe(1);
  other();
  expect(meter.inFlight).toBe(0);
});

test('a function is idle since its meter exists, or since its last call ended', () => {
  const { clock, meter } = aMeter();
  clock.ms += 500;
  expect(meter.idleMs()).toBe(500);
  const done = meter.started();
  clock.ms += 60_000;
  expect(meter.idleMs(), 'while a call is in flight').toBe(0);
  done();
  clock.ms += 70;
  expect(meter.idleMs()).toBe(70);
});
