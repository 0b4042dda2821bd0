import { parseDuration } from '@later/job-schema';
import type { Fault } from './fault.js';

/** The load that the autoscaler measures: requests per second, calls in flight, or waiting jobs. */
export const scaleTypes = ['rps', 'capacity', 'queue'] as const;

export type ScaleType = (typeof scaleTypes)[number];

/** The scaling rules of a function, from its `com.openfaas.scale.*` labels. */
export interface ScalePolicy {
  readonly min: number;
  readonly max: number;
  /** The load that one instance should carry; undefined when no label asks for scaling by load. */
  readonly target?: { readonly type: ScaleType; readonly load: number };
  /** How long fewer instances must be enough before the surplus ones are stopped. */
  readonly downWindowMs: number;
  /** The time without a call before all instances are stopped; undefined when one instance always stays. */
  readonly zeroAfterMs?: number;
}

/**
 * OpenFaaS's defaults, with two differences. An instance carries its full target, where OpenFaaS plans for nine tenths of
 * it. And there is a down window, six times as long as the window of a rate, so that a load that repeats every minute
 * does not start and stop instances each time.
 */
const defaults = {
  min: 1,
  max: 20,
  type: 'rps',
  load: 50,
  proportion: 1,
  zeroAfterMs: 15 * 60_000,
  downWindowMs: 60_000,
} as const;

/** The limit of OpenFaaS. */
const longestDownWindowMs = 5 * 60_000;

/** The most instances of one function; a larger number is taken for a mistake. */
export const replicaLimit = 1_000;

type Labels = Readonly<Record<string, string>>;

const prefix = 'com.openfaas.scale.';

const whole = (text: string, least: number): number | undefined => {
  const value = /^\d{1,9}$/.test(text) ? Number(text) : NaN;
  return value >= least && value <= replicaLimit ? value : undefined;
};
const positive = (text: string): number | undefined => {
  const value = /^\d{1,9}(\.\d{1,6})?$/.test(text) ? Number(text) : 0;
  return value > 0 ? value : undefined;
};
const scaleType = (text: string): ScaleType | undefined => scaleTypes.find((each) => each === text);
const flags = new Map([
  ['true', true],
  ['1', true],
  ['false', false],
  ['0', false],
]);
const flag = (text: string): boolean | undefined => flags.get(text);
const positiveDuration = (text: string): number | undefined => parseDuration(text) || undefined;
const downWindow = (text: string): number | undefined => {
  const ms = parseDuration(text);
  return ms !== undefined && ms <= longestDownWindowMs ? ms : undefined;
};

const readers = {
  min: { parse: (text: string) => whole(text, 0), expected: `a whole number from 0 to ${replicaLimit}` },
  max: { parse: (text: string) => whole(text, 1), expected: `a whole number from 1 to ${replicaLimit}` },
  target: { parse: positive, expected: 'a number above 0' },
  'target-proportion': { parse: positive, expected: 'a number above 0 such as 0.9' },
  type: { parse: scaleType, expected: `one of ${scaleTypes.join(', ')}` },
  zero: { parse: flag, expected: 'true or false' },
  'zero-duration': { parse: positiveDuration, expected: 'a duration above 0 such as 15m' },
  'down.window': { parse: downWindow, expected: 'a duration from 0s to 5m' },
} as const;

type Reader = typeof readers;

function read<Name extends keyof Reader>(labels: Labels, name: Name): ReturnType<Reader[Name]['parse']> | undefined {
  const text = labels[prefix + name];
  return text === undefined ? undefined : (readers[name].parse(text) as ReturnType<Reader[Name]['parse']> | undefined);
}

/** Parses a function's scaling labels; an absent or invalid label has its default. */
export function scalePolicy(labels: Labels): ScalePolicy {
  const min = read(labels, 'min') ?? defaults.min;
  return {
    min,
    max: Math.max(min, read(labels, 'max') ?? defaults.max),
    ...targetOf(labels),
    downWindowMs: read(labels, 'down.window') ?? defaults.downWindowMs,
    ...(read(labels, 'zero') && { zeroAfterMs: read(labels, 'zero-duration') ?? defaults.zeroAfterMs }),
  };
}

function targetOf(labels: Labels): Pick<ScalePolicy, 'target'> {
  const [type, load] = [read(labels, 'type'), read(labels, 'target')];
  if (type === undefined && load === undefined) return {};
  const proportion = read(labels, 'target-proportion') ?? defaults.proportion;
  return { target: { type: type ?? defaults.type, load: (load ?? defaults.load) * proportion } };
}

/** Reports every invalid scaling label. */
export function checkScaleLabels(labels: Labels): readonly Fault[] {
  const faults: Fault[] = Object.entries(readers).flatMap(([name, { parse, expected }]) => {
    const text = labels[prefix + name];
    if (text === undefined || parse(text) !== undefined) return [];
    return [{ path: ['labels', prefix + name], message: `expected ${expected}, received "${text}"` }];
  });
  const [min, max] = [read(labels, 'min'), read(labels, 'max')];
  if (min !== undefined && max !== undefined && min > max) {
    faults.push({ path: ['labels', `${prefix}max`], message: `expected at least ${prefix}min, which is ${min}` });
  }
  return faults;
}
