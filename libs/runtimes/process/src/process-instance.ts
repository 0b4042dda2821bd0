import type { Instance } from '@later/runtime-contract';

/** An instance whose runtime can let go of it. */
export interface ProcessInstance extends Instance {
  /** Resolves once nothing of it runs any more, nor will. */
  readonly gone: Promise<void>;
}
