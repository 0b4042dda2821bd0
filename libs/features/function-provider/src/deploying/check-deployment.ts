import { InvalidRequestError } from '@later/http-kit';
import type { Deployment, Fault } from '@later/function-schema';

import type { Runtime } from '@later/runtime-contract';
import { longestName, type ProviderState } from '../state/provider-state.js';
import { requireNamespace } from './require-namespace.js';

export interface DeploymentContext {
  readonly state: ProviderState;
  /** The runtime that would run the deployment. */
  readonly runtime: Runtime;
}

/**
 * Checks that this provider can run this many instances of a deployment whose fields are valid by themselves.
 * @throws InvalidRequestError with a line for each wrong field
 */
export function checkDeployment(deployment: Deployment, replicas: number, { state, runtime }: DeploymentContext): void {
  requireNamespace(state, deployment.namespace);
  const faults = [
    ...nameFaults(deployment),
    ...secretFaults(deployment, state),
    ...runtime.faultsOf(deployment, replicas),
  ];
  if (faults.length > 0) throw invalidRequest(faults);
}

export const invalidRequest = (faults: readonly Fault[]): InvalidRequestError =>
  new InvalidRequestError(faults.map(({ path, message }) => `${path.join('.')}: ${message}`));

/** The function's name is also a file name. */
const nameFaults = ({ service }: Deployment): readonly Fault[] =>
  service.length <= longestName ? [] : [{ path: ['service'], message: `expected at most ${longestName} characters` }];

function secretFaults({ secrets, namespace }: Deployment, state: ProviderState): readonly Fault[] {
  return secrets.flatMap((name, index) => {
    if (state.hasSecret({ name, namespace })) return [];
    return [{ path: ['secrets', String(index)], message: `there is no secret "${name}" in namespace ${namespace}` }];
  });
}
