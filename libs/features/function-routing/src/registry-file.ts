import { readFile } from 'node:fs/promises';

import { defaultNamespace, positiveDuration, functionName, retryPolicyOf } from '@later/job-schema';
import { parse, YAMLParseError } from 'yaml';
import { z } from 'zod';

import { fullName, type CallableFunction, type FunctionDirectory } from './function-directory.js';
import { InvalidRegistryError } from './invalid-registry-error.js';
import { substituteVariables } from './substitute-variables.js';

/** YAML reads `5` and `true` as what they are; names and values here are text. */
const text = z.union([z.string(), z.number(), z.boolean()]).transform(String);
const texts = z
  .record(z.string(), text)
  .nullish()
  .transform((entries) => entries ?? {});

const registry = z.strictObject({
  functions: z.record(
    functionName,
    z.strictObject({
      upstream: z.url({ protocol: /^https?$/, error: 'expected an http or https URL' }),
      labels: texts,
      annotations: texts,
      environment: texts,
    }),
  ),
});

export interface ReadRegistry {
  readonly directory: FunctionDirectory;
  readonly names: readonly string[];
  readonly warnings: readonly string[];
}

/**
 * Reads the functions there are from a YAML file; `${NAME}` in it is taken from `environment`.
 * @throws InvalidRegistryError naming every fault of the file
 */
export async function readRegistryFile(
  path: string,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<ReadRegistry> {
  const { functions } = parseRegistry(path, await readText(path), environment);
  const warnings: string[] = [];
  const found = new Map<string, CallableFunction>();
  for (const [name, { upstream, ...rest }] of Object.entries(functions)) {
    const { policy, warnings: unread } = retryPolicyOf(rest.annotations);
    const timeout = positiveDuration.optional().safeParse(rest.environment['exec_timeout']);
    const unreadTimeout =
      timeout.error?.issues.map(({ message }) => `exec_timeout: ${message}, using the default`) ?? [];
    warnings.push(...[...unread, ...unreadTimeout].map((warning) => `${path}: ${name}: ${warning}`));
    const address = { name, namespace: defaultNamespace };
    found.set(fullName(address), {
      ...address,
      ...rest,
      upstream: new URL(upstream),
      retryPolicy: policy,
      ...(timeout.data !== undefined && { timeoutMs: timeout.data }),
    });
  }
  return {
    directory: { find: async (address) => found.get(fullName(address)) },
    names: Object.keys(functions),
    warnings,
  };
}

function parseRegistry(path: string, yaml: string, environment: Readonly<Record<string, string | undefined>>) {
  const { substituted, missing } = substituteVariables(parseYaml(path, yaml), environment);
  const parsed = registry.safeParse(substituted);
  if (parsed.success && missing.length === 0) return parsed.data;
  const unset = missing.map((name) => `\${${name}}: not set in the environment`);
  const unfit = parsed.error?.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`) ?? [];
  throw new InvalidRegistryError(path, [...unset, ...unfit]);
}

function parseYaml(path: string, yaml: string): unknown {
  try {
    return parse(yaml) as unknown;
  } catch (error) {
    if (error instanceof YAMLParseError) throw new InvalidRegistryError(path, [error.message], { cause: error });
    throw error;
  }
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new InvalidRegistryError(path, ['cannot be read. Set FUNCTIONS_FILE to a file that lists the functions'], {
      cause: error,
    });
  }
}
