import { z } from 'zod';

const texts = z
  .record(z.string(), z.string())
  .nullish()
  .transform((given) => given ?? {});

/** Whatever a provider takes for a quantity. */
const quantities = z.object({ memory: z.string().nullish(), cpu: z.string().nullish() }).nullish();

/**
 * A function as `GET /system/function/NAME` tells of it, whichever provider does (OpenFaaS contract, System). What one
 * may leave out is optional.
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
  /** Instances there should be. */
  replicas: z.number().nullish(),
  /** Instances that can be called. */
  availableReplicas: z.number().nullish(),
  createdAt: z.string().nullish(),
});

export type FunctionStatus = z.infer<typeof functionStatus>;

/** The body of `POST /system/scale-function/NAME`. */
export const scaleRequest = z.object({
  serviceName: z.string().nullish(),
  replicas: z.int().min(0).max(1_000),
});
