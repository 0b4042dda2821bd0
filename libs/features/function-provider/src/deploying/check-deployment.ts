import { InvalidRequestError } from '@later/http-kit';
import type { Deployment, Fault } from '@later/function-schema';

import type { Runtime } from '@later/runtime-contract';
import { longestName, type ProviderState } from '../state/provider-state.js';
import { expectNamespace } from './expect-namespace.js';

export interface CheckedAgainst {
  readonly state: ProviderState;
  /** The one that is to run it. */
  readonly runtime: Runtime;
}

/**
 * Whether a deployment, right in itself, can be followed here with so many instances.
 * @throws InvalidRequestError naming each field that keeps it from that
 */
export function checkDeployment(deployment: Deployment, replicas: number, { state, runtime }: CheckedAgainst): void {
  expectNamespace(state, deployment.namespace);
  const faults = [
    ...faultsOfName(deployment),
    ...faultsOfSecrets(deployment, state),
    ...runtime.faultsOf(deployment, replicas),
  ];
  if (faults.length > 0) throw faulty(faults);
}

export const faulty = (faults: readonly Fault[]): InvalidRequestError =>
  new InvalidRequestError(faults.map(({ path, message }) => `${path.join('.')}: ${message}`));

/** A function's name is a file's. */
const faultsOfName = ({ service }: Deployment): readonly Fault[] =>
  service.length <= longestName ? [] : [{ path: ['service'], message: `expected at most ${longestName} characters` }];

function faultsOfSecrets({ secrets, namespace }: Deployment, state: ProviderState): readonly Fault[] {
  return secrets.flatMap((name, index) => {
    if (state.hasSecret({ name, namespace })) return [];
    return [{ path: ['secrets', String(index)], message: `there is no secret "${name}" in namespace ${namespace}` }];
  });
}
