import { functionName } from '@later/job-schema';
import { deployment, type Deployment } from '@later/function-schema';
import { z } from 'zod';

/** YAML reads `5` and `true` as what they are; names and values here are text. */
const text = z.union([z.string(), z.number(), z.boolean()]).transform(String);
const texts = z.record(z.string(), text).nullish();
const quantity = z.strictObject({ memory: text.nullish(), cpu: text.nullish() }).nullish();

/** What faas-cli needs to build an image, and Later passes over. */
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
  image: text,
  namespace: z.string().nullish(),
  fprocess: text.nullish(),
  environment: texts,
  secrets: z.array(z.string()).nullish(),
  constraints: z.array(z.string()).nullish(),
  labels: texts,
  annotations: texts,
  limits: quantity,
  requests: quantity,
  readonly_root_filesystem: z.boolean().nullish(),
});

/** A stack file as faas-cli reads it (OpenFaaS docs, "stack.yml reference"). */
const stack = z.strictObject({
  version: z.unknown().optional(),
  provider: z.strictObject({ name: z.literal('openfaas').optional(), gateway: z.string().optional() }).nullish(),
  configuration: z.unknown().optional(),
  functions: z.record(functionName, stackFunction).nullish(),
});

/** The fields of a stack file that have another name in a deployment. */
const fieldInStack: Readonly<Record<string, string>> = {
  envProcess: 'fprocess',
  envVars: 'environment',
  readOnlyRootFilesystem: 'readonly_root_filesystem',
};

/** @returns the functions of a parsed stack file, or every fault of it with where it stands */
export function deploymentsOf(
  parsed: unknown,
): { readonly deployments: readonly Deployment[] } | { readonly faults: readonly string[] } {
  const read = stack.safeParse(parsed ?? {});
  if (!read.success) return { faults: read.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) };
  const deployments: Deployment[] = [];
  const faults: string[] = [];
  for (const [service, fn] of Object.entries(read.data.functions ?? {})) {
    const one = deployment.safeParse({
      ...fn,
      service,
      namespace: fn.namespace ?? undefined,
      envProcess: fn.fprocess,
      envVars: fn.environment,
      readOnlyRootFilesystem: fn.readonly_root_filesystem,
    });
    if (one.success) deployments.push(one.data);
    else {
      const where = ([field, ...rest]: readonly PropertyKey[]) =>
        ['functions', service, fieldInStack[String(field)] ?? String(field), ...rest.map(String)].join('.');
      faults.push(...one.error.issues.map(({ path, message }) => `${where(path)}: ${message}`));
    }
  }
  return faults.length > 0 ? { faults } : { deployments };
}
