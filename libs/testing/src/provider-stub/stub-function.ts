/** A deployment's JSON, as it was sent. */
export type DeploymentJson = Readonly<Record<string, unknown>> & {
  readonly service: string;
  readonly namespace?: string;
};

/** A function of the stub: what was deployed, and how many instances of it there are. */
export interface StubFunction {
  readonly deployment: DeploymentJson;
  readonly createdAt: string;
  replicas: number;
  availableReplicas: number;
  invocations: number;
  /** How often its status is still told before its instances can be called, as if they took that long to start. */
  looksUntilUp: number;
}

export const stubNamespace = 'openfaas-fn';

export const stubKey = (name: string, namespace = stubNamespace): string => `${name}.${namespace || stubNamespace}`;

export function stubFunction(deployment: DeploymentJson): StubFunction {
  const { 'com.openfaas.scale.min': min = '1' } = (deployment['labels'] ?? {}) as Record<string, string>;
  const replicas = Number(min);
  const createdAt = new Date().toISOString();
  return { deployment, createdAt, replicas, availableReplicas: replicas, invocations: 0, looksUntilUp: 0 };
}

/** Its status, as `GET /system/function/NAME` has it; what starts comes nearer to being up with every look. */
export function lookAt(fn: StubFunction): Readonly<Record<string, unknown>> {
  if (fn.looksUntilUp > 0) fn.looksUntilUp -= 1;
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
