/** A deployment as sent, in JSON. */
export type DeploymentJson = Readonly<Record<string, unknown>> & {
  readonly service: string;
  readonly namespace?: string;
};

/** A function of the stub: its deployment and its number of instances. */
export interface StubFunction {
  readonly deployment: DeploymentJson;
  readonly createdAt: string;
  replicas: number;
  availableReplicas: number;
  invocations: number;
  /** How many status requests are still answered before its instances count as started. */
  statusReadsUntilUp: number;
}

export const stubNamespace = 'openfaas-fn';

export const stubKey = (name: string, namespace = stubNamespace): string => `${name}.${namespace || stubNamespace}`;

export function stubFunction(deployment: DeploymentJson): StubFunction {
  const { 'com.openfaas.scale.min': min = '1' } = (deployment['labels'] ?? {}) as Record<string, string>;
  const replicas = Number(min);
  const createdAt = new Date().toISOString();
  return { deployment, createdAt, replicas, availableReplicas: replicas, invocations: 0, statusReadsUntilUp: 0 };
}

/** The status of `GET /system/function/NAME`. Each call brings starting instances one step closer to being up. */
export function readStatus(fn: StubFunction): Readonly<Record<string, unknown>> {
  if (fn.statusReadsUntilUp > 0) fn.statusReadsUntilUp -= 1;
  else fn.availableReplicas = fn.replicas;
  const { service, namespace = stubNamespace, ...rest } = fn.deployment;
  return {
    name: service,
    namespace,
    ...rest,
    invocationCount: fn.invocations,
    replicas: fn.replicas,
    availableReplicas: fn.availableReplicas,
    createdAt: fn.createdAt,
  };
}
