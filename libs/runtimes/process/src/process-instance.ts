import type { Instance } from '@later/runtime-contract';

/** An instance that tells its runtime when it can be forgotten. */
export interface ProcessInstance extends Instance {
  /** Resolves once no process of the instance runs, nor will run again. */
  readonly terminated: Promise<void>;
}
