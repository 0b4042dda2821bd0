import { readFile } from 'node:fs/promises';

import type { Deployment } from '@later/function-schema';
import { parse, YAMLParseError } from 'yaml';

import { InvalidStackError } from './invalid-stack-error.js';
import { deploymentsOf } from './stack-schema.js';
import { substituteVariables } from './substitute-variables.js';

/**
 * Reads the functions of a file in OpenFaaS's stack format; `${NAME}` in it is taken from `variables`.
 * @returns undefined when there is no such file, or nothing in it: who writes one may have emptied it first
 * @throws InvalidStackError naming every fault of the file
 */
export async function readStackFile(
  path: string,
  variables: Readonly<Record<string, string | undefined>>,
): Promise<readonly Deployment[] | undefined> {
  const yaml = await readIfThere(path);
  if (!yaml?.trim()) return undefined;
  const { substituted, missing } = substituteVariables(parseYaml(path, yaml), variables);
  const read = deploymentsOf(substituted);
  const unset = missing.map((name) => `\${${name}}: not set in the environment`);
  if ('deployments' in read && unset.length === 0) return read.deployments;
  throw new InvalidStackError(path, [...unset, ...('faults' in read ? read.faults : [])]);
}

function parseYaml(path: string, yaml: string): unknown {
  try {
    return parse(yaml) as unknown;
  } catch (error) {
    if (error instanceof YAMLParseError) throw new InvalidStackError(path, [error.message], { cause: error });
    throw error;
  }
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new InvalidStackError(path, ['cannot be read. Set FUNCTIONS_FILE to a file in the stack format'], {
      cause: error,
    });
  }
}
