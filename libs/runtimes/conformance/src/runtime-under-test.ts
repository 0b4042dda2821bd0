import type { Deployment } from '@later/function-schema';

import type { InstanceSpec, Runtime } from '@later/runtime-contract';

/** What a function of the suite does; `a-function.mjs` beside this file does all of it. */
export type Behaviour =
  | 'echo'
  | 'request'
  | 'environment'
  | 'secret'
  | 'overwrites-secret'
  | 'prints'
  | 'slow'
  | 'busy'
  | 'breaks-off'
  | 'cannot-start'
  | 'never-ready'
  | 'dies'
  | 'stubborn';

/** What the suite needs of one runtime. A runtime's spec is little more than one of these. */
export interface RuntimeUnderTest {
  readonly name: string;
  /** Called before every test: a runtime that shares nothing with the one before but its engine. */
  readonly create: () => Promise<Stage>;
}

/** A runtime, and what can happen to one. */
export interface Stage {
  readonly runtime: Runtime;
  /** Which image, command and environment show a behaviour. `file` is the argument that `secret` gives to its program. */
  readonly deployment: (behaviour: Behaviour, file: string) => Pick<Deployment, 'image'> & Partial<Deployment>;
  /**
   * All there is of everything that has this text in its environment, be it processes, containers or networks: a line
   * each, to be read in a failure.
   */
  readonly remains: (mark: string) => Promise<readonly string[]>;
  /**
   * Starts an instance in a provider that is a process of its own, calls it, and kills that provider in the middle.
   * Another runtime's `sweep` follows. Resolves with what remained just before the kill.
   */
  readonly abandon: (spec: Omit<InstanceSpec, 'log'>) => Promise<readonly string[]>;
  /** Called after `runtime.close()`: removes what the harness itself made. */
  readonly close: () => Promise<void>;
}
