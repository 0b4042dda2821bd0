import type { Deployment } from '@later/function-schema';

import type { InstanceSpec, Runtime } from '@later/runtime-contract';

/** What a function of the suite does; `conformance-function.mjs` implements all of them. */
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

/** What the suite needs to test one runtime. */
export interface RuntimeUnderTest {
  readonly name: string;
  /** Called before every test. Two harnesses share nothing but their engine. */
  readonly create: () => Promise<RuntimeHarness>;
}

/** A runtime, and the operations on it that the contract does not have. */
export interface RuntimeHarness {
  readonly runtime: Runtime;
  /** The image, command and environment of a behaviour. `file` is the argument that `secret` gives to its program. */
  readonly deployment: (behaviour: Behaviour, file: string) => Pick<Deployment, 'image'> & Partial<Deployment>;
  /**
   * Lists everything that exists with this text in its environment: processes, containers and volumes, a line each. The
   * lines are shown when a test fails.
   */
  readonly listResources: (mark: string) => Promise<readonly string[]>;
  /**
   * Starts an instance in a provider that is a process of its own, calls the instance, and kills the provider during the
   * call. The test then calls `sweep` of another runtime. Resolves with the resources that existed before the kill.
   */
  readonly abandon: (spec: Omit<InstanceSpec, 'log'>) => Promise<readonly string[]>;
  /** Called after `runtime.close()`: removes what the harness itself created. */
  readonly close: () => Promise<void>;
}
