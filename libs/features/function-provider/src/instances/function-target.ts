import type { Runtime } from '@later/runtime-contract';

import type { StoredFunction } from '../state/stored-function.js';

/** The state that a function's instances should reach: this deployment, in this number, on this runtime. */
export interface FunctionTarget {
  readonly stored: StoredFunction;
  readonly runtime: Runtime;
}

/** Whether a second instance can start only after the first has ended. */
export const mustRunAlone = ({ runtime, stored }: FunctionTarget): boolean =>
  !runtime.runsElsewhere && runtime.mostReplicas(stored.deployment) < 2;
