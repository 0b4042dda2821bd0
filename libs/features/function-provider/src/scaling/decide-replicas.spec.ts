import { scalePolicy, type ScalePolicy } from '@later/function-schema';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { decideReplicas, type Work } from './decide-replicas.js';
import type { ScaleMemory } from './scale-memory.js';

const minute = 60_000;
const policyOf = (labels: Record<string, string>): ScalePolicy =>
  scalePolicy(Object.fromEntries(Object.entries(labels).map(([name, value]) => [`com.openfaas.scale.${name}`, value])));
const aWork = (work: Partial<Work> = {}): Work => ({ perSecond: 0, inFlight: 0, queued: 0, idleMs: 0, ...work });

/** A function over time: each `look` makes one decision and applies it. */
function aFunction(policy: ScalePolicy, replicas: number) {
  const fn = {
    replicas,
    now: 1_000_000,
    because: '',
    memory: undefined as ScaleMemory | undefined,
    look(work: Partial<Work> = {}, afterMs = 0): number {
      fn.now += afterMs;
      const { memory, now } = fn;
      const decision = decideReplicas({
        policy,
        current: fn.replicas,
        work: aWork(work),
        now,
        ...(memory && { memory }),
      });
      Object.assign(fn, decision);
      return fn.replicas;
    },
  };
  return fn;
}

describe('a target', () => {
  test.each([
    ['rps', { perSecond: 0 }, 1],
    ['rps', { perSecond: 10 }, 1],
    ['rps', { perSecond: 10.1 }, 2],
    ['rps', { perSecond: 49, inFlight: 500, queued: 500 }, 5],
    ['rps', { perSecond: 1e9 }, 20],
    ['capacity', { inFlight: 31 }, 4],
    ['capacity', { inFlight: 1, perSecond: 500, queued: 500 }, 1],
    ['queue', { queued: 95, inFlight: 6 }, 11],
    ['queue', { queued: 0, inFlight: 11 }, 2],
    ['queue', { queued: 100_000 }, 20],
  ])('of type %s with %o wants %i instances', (type, work, wanted) => {
    expect(aFunction(policyOf({ type, target: '10' }), 1).look(work)).toBe(wanted);
  });

  test('is not exceeded by a rounding error', () => {
    expect(aFunction(policyOf({ target: '0.7' }), 1).look({ perSecond: 4.9 })).toBe(7);
  });

  test.each([
    ['more than are there', 50, 2, 5],
    ['as many as are there', 50, 5, 5],
    ['fewer than max when more are there', 50, 12, 8],
    ['min at least', 0, 1, 3],
    ['max at most', 5_000, 3, 8],
  ])('wants %s', (_, perSecond, current, wanted) => {
    expect(aFunction(policyOf({ target: '10', min: '3', max: '8' }), current).look({ perSecond })).toBe(wanted);
  });

  test('whose load is unknown keeps the number, within its bounds', () => {
    const policy = policyOf({ type: 'queue', target: '1', min: '2', max: '8', zero: 'true', 'zero-duration': '1m' });
    const unknown = { queued: undefined, idleMs: 10 * minute };
    const fn = aFunction(policy, 5);
    for (let looks = 0; looks < 5; looks++) expect(fn.look(unknown, minute)).toBe(5);
    expect(aFunction(policy, 1).look(unknown)).toBe(2);
    expect(aFunction(policy, 9).look(unknown)).toBe(8);
    expect(aFunction(policy, 0).look(unknown)).toBe(0);
  });
});

describe('the number falls', () => {
  const policy = policyOf({ target: '10' });

  test('to the largest number wanted within the window', () => {
    const fn = aFunction(policy, 1);
    expect(fn.look({ perSecond: 100 })).toBe(10);
    expect(fn.look({ perSecond: 60 }, 20_000)).toBe(10);
    expect(fn.look({ perSecond: 20 }, 20_000)).toBe(10);
    expect(fn.look({ perSecond: 20 }, 20_000), 'a minute after 10').toBe(6);
    expect(fn.because).toBe('20 calls a second, 10 each, 1 to 20 instances, no more wanted for 1m');
    expect(fn.look({ perSecond: 20 }, 19_999)).toBe(6);
    expect(fn.look({ perSecond: 20 }, 1), 'a minute after 6').toBe(2);
  });

  test('no sooner after a restart or after the number was set by hand', () => {
    const fn = aFunction(policy, 7);
    expect(fn.look()).toBe(7);
    expect(fn.look({}, minute - 1)).toBe(7);
    expect(fn.look({}, 1)).toBe(1);
    fn.replicas = 4;
    expect(fn.look({}, 5_000)).toBe(4);
    expect(fn.look({}, minute)).toBe(1);
  });

  test('at once with a down window of 0s', () => {
    const fn = aFunction(policyOf({ target: '10', 'down.window': '0s' }), 7);
    expect(fn.look({ perSecond: 35 })).toBe(4);
  });
});

describe('zero instances', () => {
  const policy = policyOf({ zero: 'true', 'zero-duration': '5m', min: '2' });
  /** A function whose number was last set an hour ago. */
  const untouched = (replicas: number, of = policy) => {
    const fn = aFunction(of, replicas);
    fn.look({ inFlight: 1 });
    fn.now += 60 * minute;
    return fn;
  };

  test('are set after `zero-duration` without a call', () => {
    const fn = untouched(3);
    expect(fn.look({ idleMs: 5 * minute - 1 })).toBe(3);
    expect(fn.look({ idleMs: 5 * minute })).toBe(0);
    expect(fn.because).toBe('no call for 5m');
  });

  test.each([
    ['a call is in flight', { inFlight: 1 }],
    ['a job waits', { queued: 1 }],
    ['the number of waiting jobs is unknown', { queued: undefined }],
  ])('are not set while %s', (_, work) => {
    expect(untouched(3).look({ idleMs: 10 * minute, ...work })).toBe(3);
  });

  test('are not set soon after the number was set by hand', () => {
    const fn = untouched(3);
    fn.look({ idleMs: 60 * minute });
    expect(fn.replicas).toBe(0);
    fn.replicas = 2;
    expect(fn.look({ idleMs: 61 * minute }, minute)).toBe(2);
    expect(fn.look({ idleMs: 66 * minute }, 5 * minute)).toBe(0);
  });

  test('are set regardless of the down window, min and a target', () => {
    const fn = untouched(6, policyOf({ zero: 'true', target: '10', min: '2', 'zero-duration': '1s' }));
    expect(fn.look({ idleMs: 1_000 })).toBe(0);
  });

  test('are never set because of a low load alone', () => {
    const fn = aFunction(policyOf({ target: '10', min: '0' }), 3);
    for (let looks = 0; looks < 60; looks++) fn.look({ idleMs: fn.now }, minute);
    expect(fn.replicas).toBe(1);
  });

  test.each<[string, Partial<Work>, number, Record<string, string>?]>([
    ['jobs wait', { queued: 3 }, 2],
    ['as many jobs wait as the target asks for', { queued: 300 }, 6, { target: '50', type: 'queue' }],
    ['a call is in flight, which starts instances itself', { inFlight: 5, perSecond: 900 }, 0, { target: '50' }],
    ['only past calls count', { perSecond: 900 }, 0, { target: '50' }],
  ])('change when %s: %o gives %i instances', (_, work, wanted, labels = {}) => {
    const fn = aFunction(policyOf({ zero: 'true', min: '2', ...labels }), 0);
    expect(fn.look(work)).toBe(wanted);
  });

  test('without a target, a number that was set by hand stays, unless it is below min', () => {
    expect(aFunction(policy, 50).look({ perSecond: 1_000 })).toBe(50);
    expect(aFunction(policy, 1).look({ perSecond: 1_000 })).toBe(2);
  });
});

const anyWork = fc.record({
  perSecond: fc.double({ min: 0, max: 10_000, noNaN: true }),
  inFlight: fc.nat(1_000),
  queued: fc.option(fc.nat(100_000), { nil: undefined }),
  idleMs: fc.nat(3_600_000),
});
const anyLabels = fc
  .record({
    min: fc.nat(5),
    extra: fc.nat(30),
    type: fc.constantFrom('rps', 'capacity', 'queue'),
    target: fc.integer({ min: 1, max: 1_000 }),
    zero: fc.boolean(),
    window: fc.nat(300),
  })
  .map(({ min, extra, type, target, zero, window }) => ({
    min: `${min}`,
    max: `${Math.max(1, min + extra)}`,
    type,
    target: `${target / 10}`,
    zero: `${zero}`,
    'zero-duration': '1m',
    'down.window': `${window}s`,
  }));
const looks = fc.array(fc.record({ work: anyWork, afterMs: fc.nat(100_000) }), { minLength: 1, maxLength: 40 });

describe('for any load', () => {
  test('a function without scaling labels keeps its number', () => {
    fc.assert(
      fc.property(fc.nat(2_000), looks, fc.nat(5), (replicas, series, min) => {
        const fn = aFunction(policyOf({ min: `${min}`, max: '7' }), replicas);
        for (const { work, afterMs } of series) expect(fn.look(work, afterMs)).toBe(replicas);
      }),
    );
  });

  test('a function with a target has from min to max instances, or zero', () => {
    fc.assert(
      fc.property(anyLabels, fc.nat(60), looks, (labels, replicas, series) => {
        const policy = policyOf(labels);
        const fn = aFunction(policy, replicas);
        for (const { work, afterMs } of series) {
          const before = fn.replicas;
          const after = fn.look(work, afterMs);
          if (after > 0) expect(after).toBeGreaterThanOrEqual(Math.max(1, policy.min));
          expect(after).toBeLessThanOrEqual(policy.max);
          if (after === 0 && before > 0) {
            expect(policy.zeroAfterMs).toBeLessThanOrEqual(work.idleMs);
            expect([work.inFlight, work.queued]).toEqual([0, 0]);
          }
        }
      }),
    );
  });

  test('more load never gives fewer instances', () => {
    const more = fc.record({ perSecond: fc.nat(1_000), inFlight: fc.nat(100), queued: fc.nat(1_000) });
    fc.assert(
      fc.property(anyLabels, fc.nat(60), looks, more, (labels, replicas, series, extra) => {
        const [fn, other] = [aFunction(policyOf(labels), replicas), aFunction(policyOf(labels), replicas)];
        for (const each of [fn, other]) for (const { work, afterMs } of series) each.look(work, afterMs);
        const { work, afterMs } = series[0]!;
        const busier = {
          ...work,
          perSecond: work.perSecond + extra.perSecond,
          inFlight: work.inFlight + extra.inFlight,
          queued: work.queued === undefined ? undefined : work.queued + extra.queued,
        };
        expect(other.look(busier, afterMs)).toBeGreaterThanOrEqual(fn.look(work, afterMs));
      }),
    );
  });

  test('a constant load changes the number at most twice: once up and once down', () => {
    fc.assert(
      fc.property(
        anyLabels,
        fc.nat(60),
        anyWork,
        fc.integer({ min: 1, max: 30_000 }),
        (labels, replicas, work, everyMs) => {
          const fn = aFunction(policyOf({ ...labels, zero: 'false' }), replicas);
          const numbers = Array.from({ length: 50 }, () => fn.look(work, everyMs));
          // The first decision brings the number within its bounds, and up.
          const changes = numbers.filter((each, at) => at > 0 && each !== numbers[at - 1]);
          expect(changes.length).toBeLessThanOrEqual(1);
        },
      ),
    );
  });

  test('a load that repeats within the window changes nothing', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(59), { minLength: 2, maxLength: 60 }), (rates) => {
        const fn = aFunction(policyOf({ target: '10' }), 1);
        fn.look({ perSecond: 200 });
        for (const perSecond of rates) {
          // Once a minute it is at its full load.
          expect(fn.look({ perSecond }, 30_000)).toBe(20);
          expect(fn.look({ perSecond: 200 }, 29_000)).toBe(20);
        }
      }),
    );
  });
});
