import type { Fault } from './fault.js';

/** The ways of running a function. */
export const runtimeNames = ['process', 'container', 'upstream'] as const;

export type RuntimeName = (typeof runtimeNames)[number];

/** The annotations that are Later's own. */
export const laterAnnotations = {
  /** Where a function listens that runs elsewhere: an http(s) URL whose path goes before the call's. */
  upstream: 'later.dev/upstream',
  /** Which runtime runs it, when it is not the provider's default. */
  runtime: 'later.dev/runtime',
  /** Which stack file it was deployed from; what is no longer in that file is removed. */
  stack: 'later.dev/stack',
} as const;

type Annotations = Readonly<Record<string, string>>;

/** Where a function listens that runs elsewhere; undefined for one that does not, or says it wrongly. */
export function upstreamOf(annotations: Annotations): URL | undefined {
  const text = annotations[laterAnnotations.upstream];
  const url = text === undefined ? null : URL.parse(text);
  return url && /^https?:$/.test(url.protocol) && !url.username && !url.password ? url : undefined;
}

/** Which runtime a function's annotations ask for; undefined when they leave it to the provider. */
export function runtimeAskedFor(annotations: Annotations): RuntimeName | undefined {
  if (annotations[laterAnnotations.upstream] !== undefined) return 'upstream';
  return runtimeNames.find((each) => each === annotations[laterAnnotations.runtime]);
}

/** The annotations of ours that cannot be followed. */
export function checkAnnotations(annotations: Annotations): readonly Fault[] {
  const faults: Fault[] = [];
  const { upstream, runtime } = laterAnnotations;
  const asked = annotations[runtime];
  if (annotations[upstream] !== undefined && !upstreamOf(annotations)) {
    faults.push({ path: ['annotations', upstream], message: 'expected an http or https URL without a user' });
  }
  if (asked !== undefined && !runtimeNames.some((each) => each === asked)) {
    faults.push({ path: ['annotations', runtime], message: `expected one of ${runtimeNames.join(', ')}` });
  }
  if (asked === 'upstream' && annotations[upstream] === undefined) {
    faults.push({ path: ['annotations', upstream], message: 'expected the URL where the function listens' });
  }
  return faults;
}
