import { deployment } from '@later/function-schema';
import { createLogger } from '@later/service-kit';
import { eventually, gate } from '@later/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { FunctionInstances, type InstancesOptions, type UntimedCall, type Wanted } from './function-instances.js';
import { ScriptedRuntime } from './testing/scripted-runtime.js';

const call = {} as UntimedCall;
const patient = new AbortController().signal;

let runtime: ScriptedRuntime;
let instances: FunctionInstances;
let lines: string[];

const wanted = (replicas: number, revision = 'first', envVars: Record<string, string> = {}): Wanted => ({
  runtime,
  stored: {
    deployment: deployment.parse({ service: 'figlet', image: 'alpine', envVars }),
    replicas,
    revision,
    createdAt: '',
  },
});

function start(first: Wanted, given: Partial<InstancesOptions> = {}): void {
  instances = new FunctionInstances(first, {
    secretsOf: () => new Map(),
    writeLog: (_instance, text) => lines.push(text),
    whenThereIsRoom: (begin) => begin(),
    timeoutMs: 60_000,
    log: createLogger({ LOG_LEVEL: 'silent', LOG_FORMAT: 'json' }),
    ...given,
  });
}

const answer = (withinMs = 5_000) => instances.answer(call, withinMs, patient);
const revisions = () => runtime.running.map(({ spec }) => spec.deployment.envVars['v'] ?? 'first');

beforeEach(() => {
  runtime = new ScriptedRuntime();
  lines = [];
});
afterEach(async () => {
  runtime.started.forEach((each) => each.answerAll());
  await instances.stop();
  expect(runtime.running, 'all that was started was stopped').toEqual([]);
});

test('starts as many instances as there should be, and stops those there should not', async () => {
  start(wanted(3));
  await eventually(() => instances.available === 3);
  instances.want(wanted(1));
  await eventually(() => runtime.running.length === 1);
  expect(instances.available).toBe(1);
  instances.want(wanted(0));
  await eventually(() => runtime.running.length === 0);
});

test('spreads calls over the instances, the least busy first', async () => {
  start(wanted(3));
  await eventually(() => instances.available === 3);
  const calls = Array.from({ length: 7 }, () => answer());
  expect(runtime.running.map((each) => each.calls.length).toSorted()).toEqual([2, 2, 3]);
  runtime.running.forEach((each) => each.answerAll());
  expect(await Promise.all(calls)).toEqual(Array.from({ length: 7 }, () => undefined));
});

test('a hundred calls of a function without an instance wait for the one that is started', async () => {
  const ready = gate();
  runtime.start$ = () => ready.opened;
  start(wanted(0));
  instances.want(wanted(1));
  const calls = Array.from({ length: 100 }, () => answer());
  ready.open();
  await eventually(() => runtime.running[0]?.calls.length === 100);
  runtime.running[0]!.answerAll();
  await Promise.all(calls);
  expect(runtime.started).toHaveLength(1);
});

test('an update serves from the old instance until the new one can be called', async () => {
  start(wanted(1));
  await eventually(() => instances.available === 1);
  const ready = gate();
  runtime.start$ = () => ready.opened;
  instances.want(wanted(1, 'second', { v: 'second' }));
  const during = answer();
  expect(runtime.running[0]!.calls).toHaveLength(1);
  ready.open();
  await eventually(() => runtime.started.length === 2);
  expect(revisions(), 'the old one still answers').toEqual(['first', 'second']);
  const after = answer();
  expect(runtime.started[1]!.calls).toHaveLength(1);
  runtime.started.forEach((each) => each.answerAll());
  await Promise.all([during, after]);
  await eventually(() => revisions().join() === 'second');
});

test('an update that cannot start leaves the function as it was, and its log says why', async () => {
  start(wanted(1));
  await eventually(() => instances.available === 1);
  runtime.start$ = () => Promise.reject(new Error('no such command'));
  instances.want(wanted(1, 'second', { v: 'second' }));
  await eventually(() => lines.some((line) => line.startsWith('Could not start: no such command')));
  expect(revisions()).toEqual(['first']);
  const served = answer();
  runtime.running[0]!.answerAll();
  expect(await served).toBeUndefined();
  runtime.start$ = async () => undefined;
  instances.want(wanted(1, 'third', { v: 'third' }));
  await eventually(() => revisions().join() === 'third');
});

test('where two cannot run side by side, the old one goes first', async () => {
  runtime.faults = (replicas) => (replicas > 1 ? [{ path: ['replicas'], message: 'one port' }] : []);
  start(wanted(1));
  await eventually(() => instances.available === 1);
  const running: number[] = [];
  runtime.start$ = async () => void running.push(runtime.running.length);
  instances.want(wanted(1, 'second', { v: 'second' }));
  await eventually(() => revisions().join() === 'second');
  expect(running, 'nothing ran when the new one started').toEqual([0]);
});

test('an instance that ended by itself is replaced', async () => {
  start(wanted(1));
  await eventually(() => instances.available === 1);
  runtime.running[0]!.end('exit status 1');
  await eventually(() => runtime.started.length === 2);
  expect(lines[0]).toBe('Ended: exit status 1. Starting again in 100 ms.');
});

test('calls of a function that cannot start are told why at once', async () => {
  runtime.start$ = () => Promise.reject(new Error('no such command'));
  start(wanted(1));
  expect(await answer()).toEqual({ kind: 'cannot-start', reason: 'it could not start: no such command' });
});

test('a call does not wait for ever for an instance, nor once its client is gone', async () => {
  const never = gate();
  runtime.start$ = () => never.opened;
  start(wanted(1));
  expect(await answer(20)).toMatchObject({ kind: 'not-ready' });
  const gone = new AbortController();
  const waiting = instances.answer(call, 60_000, gone.signal);
  gone.abort();
  expect(await waiting).toMatchObject({ kind: 'not-ready' });
  never.open();
});

test('holds no more calls of an instance than max_inflight', async () => {
  start(wanted(2, 'first', { max_inflight: '1' }));
  await eventually(() => instances.available === 2);
  const two = [answer(), answer()];
  expect(await answer()).toEqual({ kind: 'busy' });
  runtime.running.forEach((each) => each.answerAll());
  await Promise.all(two);
  const next = answer();
  runtime.running.forEach((each) => each.answerAll());
  expect(await next).toBeUndefined();
});

test('an instance that retires answers the calls it has', async () => {
  start(wanted(1));
  await eventually(() => instances.available === 1);
  const held = answer();
  instances.want(wanted(0));
  expect(instances.available).toBe(0);
  expect(runtime.running, 'it still has a call').toHaveLength(1);
  runtime.running[0]!.answerAll();
  expect(await held).toBeUndefined();
  await eventually(() => runtime.running.length === 0);
});

test('tells what all instances use together', async () => {
  start(wanted(2));
  await eventually(() => instances.available === 2);
  expect(await instances.usage()).toEqual({ cpuMilli: 20, memoryBytes: 200 });
});

test('a call goes to no instance that has ended, while that is cleared away', async () => {
  start(wanted(1));
  await eventually(() => instances.available === 1);
  const cleared = gate();
  runtime.stop$ = () => cleared.opened;
  runtime.running[0]!.end('exit status 1');
  await eventually(() => instances.available === 0);
  const waiting = answer();
  expect(runtime.started[0]!.calls).toEqual([]);
  cleared.open();
  await eventually(() => runtime.started[1]?.calls.length === 1);
  runtime.started[1]!.answerAll();
  expect(await waiting).toBeUndefined();
});

test('who waits for an instance is told when there is to be none', async () => {
  const never = gate();
  runtime.start$ = () => never.opened;
  start(wanted(1));
  const waiting = answer();
  instances.want(wanted(0));
  expect(await waiting).toEqual({ kind: 'at-zero' });
  never.open();
});

test('a function that runs elsewhere is updated without waiting for its calls', async () => {
  Object.assign(runtime, { name: 'upstream' });
  runtime.faults = (replicas) => (replicas > 1 ? [{ path: ['replicas'], message: 'elsewhere' }] : []);
  start(wanted(1));
  await eventually(() => instances.available === 1);
  const held = answer();
  instances.want(wanted(1, 'second', { v: 'second' }));
  await eventually(() => runtime.started.length === 2);
  runtime.started[0]!.answerAll();
  expect(await held).toBeUndefined();
});

test('what one instance uses is told though another cannot tell', async () => {
  start(wanted(2));
  await eventually(() => instances.available === 2);
  runtime.started[0]!.usage = () => Promise.reject(new Error('the engine is away'));
  expect(await instances.usage()).toEqual({ cpuMilli: 10, memoryBytes: 100 });
});

test('an instance whose secrets cannot be told could not start', async () => {
  start(wanted(1), {
    secretsOf: () => {
      throw new Error('no such secret');
    },
  });
  expect(await answer()).toEqual({ kind: 'cannot-start', reason: 'it could not start: no such secret' });
});
