import { deployment } from '@later/function-schema';
import { createLogger } from '@later/service-kit';
import { eventually, gate } from '@later/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';

import type { CallWithoutTimeout } from './dispatch.js';
import { FunctionInstances, type InstancesOptions } from './function-instances.js';
import type { FunctionTarget } from './function-target.js';
import { ScriptedRuntime } from './testing/scripted-runtime.js';

const call = {} as CallWithoutTimeout;
const neverAborts = new AbortController().signal;

let runtime: ScriptedRuntime;
let instances: FunctionInstances;
let lines: string[];

const target = (replicas: number, revision = 'first', envVars: Record<string, string> = {}): FunctionTarget => ({
  runtime,
  stored: {
    deployment: deployment.parse({ service: 'figlet', image: 'alpine', envVars }),
    replicas,
    revision,
    createdAt: '',
  },
});

function start(first: FunctionTarget, given: Partial<InstancesOptions> = {}): void {
  instances = new FunctionInstances(first, {
    secretPaths: () => new Map(),
    writeLog: (_instance, text) => lines.push(text),
    limitStart: (begin) => begin(),
    timeoutMs: 60_000,
    log: createLogger({ LOG_LEVEL: 'silent', LOG_FORMAT: 'json' }),
    ...given,
  });
}

const dispatch = (withinMs = 5_000) => instances.dispatch(call, withinMs, neverAborts);
const revisions = () => runtime.running.map(({ spec }) => spec.deployment.envVars['v'] ?? 'first');

beforeEach(() => {
  runtime = new ScriptedRuntime();
  lines = [];
});
afterEach(async () => {
  runtime.started.forEach((each) => each.answerAll());
  await instances.stop();
  expect(runtime.running, 'every started instance was stopped').toEqual([]);
});

test('starts missing instances and stops surplus ones', async () => {
  start(target(3));
  await eventually(() => instances.available === 3);
  instances.setTarget(target(1));
  await eventually(() => runtime.running.length === 1);
  expect(instances.available).toBe(1);
  instances.setTarget(target(0));
  await eventually(() => runtime.running.length === 0);
});

test('a call goes to the least busy instance', async () => {
  start(target(3));
  await eventually(() => instances.available === 3);
  const calls = Array.from({ length: 7 }, () => dispatch());
  expect(runtime.running.map((each) => each.calls.length).toSorted()).toEqual([2, 2, 3]);
  runtime.running.forEach((each) => each.answerAll());
  expect(await Promise.all(calls)).toEqual(Array.from({ length: 7 }, () => undefined));
});

test('a hundred calls to a function at zero wait for one start', async () => {
  const ready = gate();
  runtime.start$ = () => ready.opened;
  start(target(0));
  instances.setTarget(target(1));
  const calls = Array.from({ length: 100 }, () => dispatch());
  ready.open();
  await eventually(() => runtime.running[0]?.calls.length === 100);
  runtime.running[0]!.answerAll();
  await Promise.all(calls);
  expect(runtime.started).toHaveLength(1);
});

test('the old instance answers calls until the new one of an update is ready', async () => {
  start(target(1));
  await eventually(() => instances.available === 1);
  const ready = gate();
  runtime.start$ = () => ready.opened;
  instances.setTarget(target(1, 'second', { v: 'second' }));
  const during = dispatch();
  expect(runtime.running[0]!.calls).toHaveLength(1);
  ready.open();
  await eventually(() => runtime.started.length === 2);
  expect(revisions(), 'the old one still answers').toEqual(['first', 'second']);
  const after = dispatch();
  expect(runtime.started[1]!.calls).toHaveLength(1);
  runtime.started.forEach((each) => each.answerAll());
  await Promise.all([during, after]);
  await eventually(() => revisions().join() === 'second');
});

test('an update that cannot start leaves the old instance running and logs the reason', async () => {
  start(target(1));
  await eventually(() => instances.available === 1);
  runtime.start$ = () => Promise.reject(new Error('no such command'));
  instances.setTarget(target(1, 'second', { v: 'second' }));
  await eventually(() => lines.some((line) => line.startsWith('Could not start: no such command')));
  expect(revisions()).toEqual(['first']);
  const served = dispatch();
  runtime.running[0]!.answerAll();
  expect(await served).toBeUndefined();
  runtime.start$ = async () => undefined;
  instances.setTarget(target(1, 'third', { v: 'third' }));
  await eventually(() => revisions().join() === 'third');
});

test('an update stops the old instance first where two instances cannot run at the same time', async () => {
  runtime.most = 1;
  start(target(1));
  await eventually(() => instances.available === 1);
  const running: number[] = [];
  runtime.start$ = async () => void running.push(runtime.running.length);
  instances.setTarget(target(1, 'second', { v: 'second' }));
  await eventually(() => revisions().join() === 'second');
  expect(running, 'number of instances at the start of the new one').toEqual([0]);
});

test('an instance that ended by itself is replaced', async () => {
  start(target(1));
  await eventually(() => instances.available === 1);
  runtime.running[0]!.end('exit status 1');
  await eventually(() => runtime.started.length === 2);
  expect(lines[0]).toBe('Ended: exit status 1. Starting again in 100 ms.');
});

test('a call to a function that cannot start fails at once with the reason', async () => {
  runtime.start$ = () => Promise.reject(new Error('no such command'));
  start(target(1));
  expect(await dispatch()).toEqual({ kind: 'cannot-start', reason: 'it could not start: no such command' });
});

test('a call stops waiting for an instance after its time limit, or when its client goes away', async () => {
  const never = gate();
  runtime.start$ = () => never.opened;
  start(target(1));
  expect(await dispatch(20)).toMatchObject({ kind: 'not-ready' });
  const gone = new AbortController();
  const waiting = instances.dispatch(call, 60_000, gone.signal);
  gone.abort();
  expect(await waiting).toMatchObject({ kind: 'not-ready' });
  never.open();
});

test('an instance gets no more calls than max_inflight', async () => {
  start(target(2, 'first', { max_inflight: '1' }));
  await eventually(() => instances.available === 2);
  const two = [dispatch(), dispatch()];
  expect(await dispatch()).toEqual({ kind: 'busy' });
  runtime.running.forEach((each) => each.answerAll());
  await Promise.all(two);
  const next = dispatch();
  runtime.running.forEach((each) => each.answerAll());
  expect(await next).toBeUndefined();
});

test('a retiring instance answers the calls that it has', async () => {
  start(target(1));
  await eventually(() => instances.available === 1);
  const held = dispatch();
  instances.setTarget(target(0));
  expect(instances.available).toBe(0);
  expect(runtime.running, 'its call is not answered yet').toHaveLength(1);
  runtime.running[0]!.answerAll();
  expect(await held).toBeUndefined();
  await eventually(() => runtime.running.length === 0);
});

test('usage is the sum over all instances', async () => {
  start(target(2));
  await eventually(() => instances.available === 2);
  expect(await instances.usage()).toEqual({ cpuMilli: 20, memoryBytes: 200 });
});

test('an instance that has ended gets no call while its leftovers are removed', async () => {
  start(target(1));
  await eventually(() => instances.available === 1);
  const cleared = gate();
  runtime.stop$ = () => cleared.opened;
  runtime.running[0]!.end('exit status 1');
  await eventually(() => instances.available === 0);
  const waiting = dispatch();
  expect(runtime.started[0]!.calls).toEqual([]);
  cleared.open();
  await eventually(() => runtime.started[1]?.calls.length === 1);
  runtime.started[1]!.answerAll();
  expect(await waiting).toBeUndefined();
});

test('a waiting call fails when the function is scaled to zero', async () => {
  const never = gate();
  runtime.start$ = () => never.opened;
  start(target(1));
  const waiting = dispatch();
  instances.setTarget(target(0));
  expect(await waiting).toEqual({ kind: 'at-zero' });
  never.open();
});

test('an update of a function that runs elsewhere does not wait for running calls', async () => {
  runtime.runsElsewhere = true;
  runtime.most = 1;
  start(target(1));
  await eventually(() => instances.available === 1);
  const held = dispatch();
  instances.setTarget(target(1, 'second', { v: 'second' }));
  await eventually(() => runtime.started.length === 2);
  runtime.started[0]!.answerAll();
  expect(await held).toBeUndefined();
});

test('usage leaves out an instance that cannot be measured', async () => {
  start(target(2));
  await eventually(() => instances.available === 2);
  runtime.started[0]!.usage = () => Promise.reject(new Error('the engine is away'));
  expect(await instances.usage()).toEqual({ cpuMilli: 10, memoryBytes: 100 });
});

test('an instance whose secrets cannot be read does not start', async () => {
  start(target(1), {
    secretPaths: () => {
      throw new Error('no such secret');
    },
  });
  expect(await dispatch()).toEqual({ kind: 'cannot-start', reason: 'it could not start: no such secret' });
});
