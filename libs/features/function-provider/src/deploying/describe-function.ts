import type { Deployment, FunctionStatus, Limits } from '@later/function-schema';

import type { StoredFunction } from '../state/stored-function.js';

/** OpenFaaS gives this label to every function (OpenFaaS contract, System). */
const nameLabel = 'faas_function';

/** Builds the API's description of a function. A field that the deployment left out is absent, not empty. */
export function describeFunction(
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
    ...optionalFields(deployment),
    invocationCount: 0,
    replicas,
    availableReplicas,
    createdAt,
  } as FunctionStatus;
}

function optionalFields({ envVars, constraints, secrets, limits, requests, readOnlyRootFilesystem }: Deployment) {
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
