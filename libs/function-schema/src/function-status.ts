import { z } from 'zod';

import { replicaLimit } from './scale-labels.js';

const texts = z
  .record(z.string(), z.string())
  .nullish()
  .transform((given) => given ?? {});

/** Quantities as the provider writes them; they are not parsed. */
const quantities = z.object({ memory: z.string().nullish(), cpu: z.string().nullish() }).nullish();

/**
 * The answer to `GET /system/function/NAME` from any OpenFaaS provider (OpenFaaS contract, System). A field that some
 * providers leave out is optional.
 */
export const functionStatus = z.object({
  name: z.string(),
  image: z.string(),
  namespace: z.string().nullish(),
  envProcess: z.string().nullish(),
  envVars: texts,
  constraints: z.array(z.string()).nullish(),
  secrets: z.array(z.string()).nullish(),
  labels: texts,
  annotations: texts,
  limits: quantities,
  requests: quantities,
  readOnlyRootFilesystem: z.boolean().nullish(),
  invocationCount: z.number().nullish(),
  /** The number of instances that should run. */
  replicas: z.number().nullish(),
  /** The number of instances that can be called. */
  availableReplicas: z.number().nullish(),
  createdAt: z.string().nullish(),
});

export type FunctionStatus = z.infer<typeof functionStatus>;

/** The body of `POST /system/scale-function/NAME`. */
export const scaleRequest = z.object({
  serviceName: z.string().nullish(),
  replicas: z.int().min(0).max(replicaLimit),
});
