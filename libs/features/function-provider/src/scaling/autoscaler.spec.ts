import { eventually, gate } from '@later/testing';
import { expect, onTestFinished, test } from 'vitest';

import { Autoscaler, type AutoscalerOptions, type ScalableFunction } from './autoscaler.js';
import { CallMeter } from './call-meter.js';

/** Functions that take the number of instances at once, with a clock and the logged lines. */
function aFleet(options: Partial<AutoscalerOptions<ScalableFunction>> = {}) {
  const clock = { ms: 1_000_000 };
  const functions: (ScalableFunction & { replicas: number; calls: CallMeter })[] = [];
  const logged: (readonly [Record<string, unknown>, string])[] = [];
  const keep = (fields: unknown, message?: string) =>
    void logged.push([fields as Record<string, unknown>, message ?? '']);
  const autoscaler = new Autoscaler<ScalableFunction>({
    functions: () => functions,
    scale: async (fn, replicas) => void Object.assign(fn, { replicas }),
    everyMs: 1,
    log: { info: keep, warn: keep },
    now: () => clock.ms,
    ...options,
  });
  onTestFinished(() => autoscaler.stop());
  const add = (name: string, labels: Record<string, string>, replicas = 1) => {
    const scale = Object.entries(labels).map(([label, value]) => [`com.openfaas.scale.${label}`, value] as const);
    const fn = {
      name,
      namespace: 'openfaas-fn',
      labels: Object.fromEntries(scale),
      replicas,
      calls: new CallMeter(() => clock.ms),
    };
    functions.push(fn);
    return fn;
  };
  return { clock, functions, logged, autoscaler, add };
}

test('load raises the number, its end lowers it, and each change is logged', async () => {
  const { clock, logged, autoscaler, add } = aFleet();
  const figlet = add('figlet', { type: 'capacity', target: '2' });
  add('other', {}, 7);
  const done = Array.from({ length: 9 }, () => figlet.calls.started());
  await autoscaler.round();
  expect(figlet.replicas).toBe(5);
  for (const each of done) each();
  await autoscaler.round();
  expect(figlet.replicas).toBe(5);
  clock.ms += 60_000;
  await autoscaler.round();
  expect(figlet.replicas).toBe(1);
  const fn = 'figlet.openfaas-fn';
  expect(logged).toEqual([
    [{ function: fn, from: 1, to: 5, because: '9 calls in flight, 2 each, 1 to 20 instances' }, 'Scaled'],
    [
      {
        function: fn,
        from: 5,
        to: 1,
        because: '0 calls in flight, 2 each, 1 to 20 instances, no more wanted for 1m',
      },
      'Scaled',
    ],
  ]);
});

test('type rps follows the rate of calls', async () => {
  const { clock, autoscaler, add } = aFleet();
  const figlet = add('figlet', { target: '10' });
  for (let call = 0; call < 400; call++) {
    figlet.calls.started()();
    clock.ms += 25;
  }
  await autoscaler.round();
  expect(figlet.replicas).toBe(4);
});

test('a function without calls goes to zero, and waiting jobs start it again', async () => {
  const depths = new Map([['other.openfaas-fn', 100]]);
  const { clock, autoscaler, add } = aFleet({ queueDepth: async () => depths });
  const figlet = add('figlet', { zero: 'true', 'zero-duration': '5m', min: '2' }, 2);
  clock.ms += 4 * 60_000;
  await autoscaler.round();
  figlet.calls.started()();
  clock.ms += 5 * 60_000 - 1;
  await autoscaler.round();
  expect(figlet.replicas).toBe(2);
  clock.ms += 1;
  await autoscaler.round();
  expect(figlet.replicas).toBe(0);
  await autoscaler.round();
  expect(figlet.replicas).toBe(0);
  depths.set('figlet.openfaas-fn', 1);
  await autoscaler.round();
  expect(figlet.replicas).toBe(2);
});

test('an unreadable queue is logged once, and scaling by calls goes on', async () => {
  let fails = true;
  const queueDepth = async () => {
    if (fails) throw new Error('TRANSPORT_UNAVAILABLE');
    return new Map([['jobs.openfaas-fn', 40]]);
  };
  const { logged, autoscaler, add } = aFleet({ queueDepth });
  const jobs = add('jobs', { type: 'queue', target: '10' }, 3);
  const calls = add('calls', { type: 'capacity', target: '1' });
  for (let call = 0; call < 2; call++) calls.calls.started();
  await autoscaler.round();
  await autoscaler.round();
  expect([jobs.replicas, calls.replicas]).toEqual([3, 2]);
  fails = false;
  await autoscaler.round();
  expect(jobs.replicas).toBe(4);
  fails = true;
  await autoscaler.round();
  expect(logged.map(([, message]) => message)).toEqual([
    'Cannot count waiting jobs: functions are not scaled by them until this works again',
    'Scaled',
    'Scaled',
    'Cannot count waiting jobs: functions are not scaled by them until this works again',
  ]);
});

test('a failed scaling is logged, delays no other function, and is tried again', async () => {
  let fails = true;
  const { logged, autoscaler, add } = aFleet({
    scale: async (fn, replicas) => {
      if (fails && fn.name === 'stubborn') throw new Error('no room');
      Object.assign(fn, { replicas });
    },
  });
  const [stubborn, willing] = ['stubborn', 'willing'].map((name) => add(name, { type: 'capacity', target: '1' }));
  for (const { calls } of [stubborn!, willing!]) for (let call = 0; call < 3; call++) calls.started();
  await autoscaler.round();
  expect([stubborn!.replicas, willing!.replicas]).toEqual([1, 3]);
  expect(logged[0]).toEqual([
    expect.objectContaining({ function: 'stubborn.openfaas-fn', from: 1, to: 3, error: new Error('no room') }),
    'Could not scale',
  ]);
  fails = false;
  await autoscaler.round();
  expect(stubborn!.replicas).toBe(3);
});

test('a failure to list the functions is logged, and the next round works', async () => {
  let fails = true;
  const { functions, logged, autoscaler, add } = aFleet({
    functions: () => {
      if (fails) throw new Error('not read yet');
      return functions;
    },
  });
  const figlet = add('figlet', { min: '3', target: '1' });
  await autoscaler.round();
  expect(logged.map(([, message]) => message)).toEqual(['Could not list the functions to scale']);
  fails = false;
  await autoscaler.round();
  expect(figlet.replicas).toBe(3);
});

test('a function that was removed and deployed again starts without memory', async () => {
  const { clock, functions, autoscaler, add } = aFleet();
  add('figlet', { zero: 'true', 'zero-duration': '1m' });
  await autoscaler.round();
  functions.length = 0;
  clock.ms += 60_000;
  await autoscaler.round();
  const again = add('figlet', { zero: 'true', 'zero-duration': '1m' });
  await autoscaler.round();
  clock.ms += 59_999;
  await autoscaler.round();
  expect(again.replicas).toBe(1);
  clock.ms += 1;
  await autoscaler.round();
  expect(again.replicas).toBe(0);
});

test('after start, rounds repeat one at a time until stop', async () => {
  const { opened, open } = gate();
  let [rounds, inRound, mostInRound] = [0, 0, 0];
  const queueDepth = async () => {
    rounds++;
    mostInRound = Math.max(mostInRound, ++inRound);
    if (rounds === 3) await opened;
    inRound--;
    return new Map<string, number>();
  };
  const { autoscaler, add } = aFleet({ queueDepth });
  add('busy', { target: '5' });
  autoscaler.start();
  autoscaler.start();
  await eventually(() => rounds === 3);
  const stopped = autoscaler.stop();
  const held = autoscaler.round();
  open();
  await Promise.all([stopped, held]);
  expect([rounds, mostInRound, inRound]).toEqual([3, 1, 0]);
  await autoscaler.stop();
});

test('waiting jobs are counted only when a function is scaled automatically', async () => {
  let counted = 0;
  const queueDepth = async () => {
    counted++;
    return new Map<string, number>();
  };
  const { autoscaler, add } = aFleet({ queueDepth });
  add('by-hand', { min: '2', max: '5' }, 3);
  await autoscaler.round();
  expect(counted).toBe(0);
  add('idle', { zero: 'true' });
  await autoscaler.round();
  expect(counted).toBe(1);
});
