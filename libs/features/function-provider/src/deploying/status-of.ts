import type { Deployment, FunctionStatus, Limits } from '@later/function-schema';

import type { StoredFunction } from '../state/stored-function.js';

/** The label that every function has (OpenFaaS contract, System). */
const nameLabel = 'faas_function';

/** What is told of a function. What its deployment left out is absent, not empty. */
export function statusOf(
  { deployment, replicas, createdAt }: StoredFunction,
  availableReplicas: number,
): FunctionStatus {
  const { service, namespace, image, envProcess, labels, annotations } = deployment;
  return {
    name: service,
    image,
    namespace,
    envProcess,
    labels: { ...labels, [nameLabel]: service },
    annotations,
    ...optional(deployment),
    invocationCount: 0,
    replicas,
    availableReplicas,
    createdAt,
  } as FunctionStatus;
}

function optional({ envVars, constraints, secrets, limits, requests, readOnlyRootFilesystem }: Deployment) {
  return {
    ...(Object.keys(envVars).length > 0 && { envVars }),
    ...(constraints.length > 0 && { constraints }),
    ...(secrets.length > 0 && { secrets }),
    ...(isSet(limits) && { limits }),
    ...(isSet(requests) && { requests }),
    ...(readOnlyRootFilesystem && { readOnlyRootFilesystem }),
  };
}

const isSet = (limits: Limits | null | undefined): limits is Limits => !!(limits?.memory || limits?.cpu);
