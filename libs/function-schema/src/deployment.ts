import { z } from 'zod';

import { defaultNamespace, functionName } from '@later/job-schema';
import { checkAnnotations } from './annotations.js';
import { checkEnvironment } from './function-environment.js';
import { limits } from './limits.js';
import { namespaceName } from './namespace.js';
import { checkScaleLabels } from './scale-labels.js';
import { secretName } from './secret.js';

/** An absent field, null and an empty value mean the same. */
const list = z
  .array(z.string())
  .nullish()
  .transform((given) => given ?? []);
const texts = z
  .record(z.string().min(1), z.string())
  .nullish()
  .transform((given) => given ?? {});

/**
 * The body of `POST` and `PUT /system/functions` (OpenFaaS contract, System). Parsing adds the defaults of absent fields
 * and ignores unknown fields, as OpenFaaS does.
 */
export const deployment = z
  .object({
    service: functionName,
    namespace: namespaceName
      .or(z.literal(''))
      .nullish()
      .transform((given) => given || defaultNamespace),
    image: z.string().min(1, 'expected the name of an image').max(1_000),
    envProcess: z
      .string()
      .max(10_000)
      .nullish()
      .transform((given) => given ?? ''),
    envVars: texts,
    constraints: list,
    secrets: z
      .array(secretName)
      .nullish()
      .transform((given) => given ?? []),
    labels: texts,
    annotations: texts,
    limits: limits.nullish(),
    requests: limits.nullish(),
    readOnlyRootFilesystem: z.boolean().nullish(),
  })
  .superRefine(({ labels, annotations, envVars }, context) => {
    const faults = [...checkScaleLabels(labels), ...checkAnnotations(annotations), ...checkEnvironment(envVars)];
    for (const { path, message } of faults) context.addIssue({ code: 'custom', path: [...path], message });
  });

export type Deployment = z.infer<typeof deployment>;
