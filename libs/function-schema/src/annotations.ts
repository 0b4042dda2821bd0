import type { Fault } from './fault.js';

/** The ways of running a function. */
export const runtimeNames = ['process', 'container', 'upstream'] as const;

export type RuntimeName = (typeof runtimeNames)[number];

/** The annotations that Later defines. */
export const laterAnnotations = {
  /** The http(s) URL of a function that runs elsewhere; its path is put before the path of a call. */
  upstream: 'later.dev/upstream',
  /** The runtime of the function, if it is not the provider's default. */
  runtime: 'later.dev/runtime',
  /** The stack file that deployed the function. The function is removed when it disappears from the file. */
  stack: 'later.dev/stack',
} as const;

type Annotations = Readonly<Record<string, string>>;

/** The URL of a function that runs elsewhere; undefined when the annotation is absent or invalid. */
export function upstreamOf(annotations: Annotations): URL | undefined {
  const text = annotations[laterAnnotations.upstream];
  const url = text === undefined ? null : URL.parse(text);
  return url && /^https?:$/.test(url.protocol) && !url.username && !url.password ? url : undefined;
}

/** The runtime that the annotations ask for; undefined when they leave the choice to the provider. */
export function runtimeAskedFor(annotations: Annotations): RuntimeName | undefined {
  if (annotations[laterAnnotations.upstream] !== undefined) return 'upstream';
  return runtimeNames.find((each) => each === annotations[laterAnnotations.runtime]);
}

/** Reports every invalid annotation among those that Later defines. */
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
