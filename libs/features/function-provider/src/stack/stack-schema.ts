import { functionName } from '@later/job-schema';
import { deployment, type Deployment } from '@later/function-schema';
import { yamlText } from '@later/service-kit';
import { z } from 'zod';

const texts = z.record(z.string(), yamlText).nullish();
const quantity = z.strictObject({ memory: yamlText.nullish(), cpu: yamlText.nullish() }).nullish();

/** Fields with which faas-cli builds an image; Later ignores them. */
const building = {
  lang: z.unknown().optional(),
  handler: z.unknown().optional(),
  handler_dir: z.unknown().optional(),
  build_args: z.unknown().optional(),
  build_options: z.unknown().optional(),
  build_secrets: z.unknown().optional(),
  copy: z.unknown().optional(),
  platforms: z.unknown().optional(),
  publish: z.unknown().optional(),
  skip_build: z.unknown().optional(),
};

const stackFunction = z.strictObject({
  ...building,
  image: yamlText,
  namespace: z.string().nullish(),
  fprocess: yamlText.nullish(),
  environment: texts,
  secrets: z.array(z.string()).nullish(),
  constraints: z.array(z.string()).nullish(),
  labels: texts,
  annotations: texts,
  limits: quantity,
  requests: quantity,
  readonly_root_filesystem: z.boolean().nullish(),
});

/** The format of a stack file (OpenFaaS docs, "stack.yml reference"). */
const stack = z.strictObject({
  version: z.unknown().optional(),
  provider: z.strictObject({ name: z.literal('openfaas').optional(), gateway: z.string().optional() }).nullish(),
  configuration: z.unknown().optional(),
  functions: z.record(functionName, stackFunction).nullish(),
});

/** Maps a deployment's field to its name in a stack file, where the two differ. */
const fieldInStack: Readonly<Record<string, string>> = {
  envProcess: 'fprocess',
  envVars: 'environment',
  readOnlyRootFilesystem: 'readonly_root_filesystem',
};

/** Parses a stack file into the deployments of its functions. */
export const stackFile = stack.transform(({ functions }, context): readonly Deployment[] => {
  const deployments: Deployment[] = [];
  for (const [service, fn] of Object.entries(functions ?? {})) {
    const parsed = deployment.safeParse({
      ...fn,
      service,
      namespace: fn.namespace ?? undefined,
      envProcess: fn.fprocess,
      envVars: fn.environment,
      readOnlyRootFilesystem: fn.readonly_root_filesystem,
    });
    if (parsed.success) deployments.push(parsed.data);
    for (const { path, message } of parsed.error?.issues ?? []) {
      const [field, ...rest] = path.map(String);
      context.addIssue({
        code: 'custom',
        path: ['functions', service, fieldInStack[field!] ?? field!, ...rest],
        message,
      });
    }
  }
  return deployments;
});
