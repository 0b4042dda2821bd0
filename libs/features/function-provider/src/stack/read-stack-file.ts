import type { Deployment } from '@later/function-schema';
import { readYamlFile } from '@later/service-kit';

import { stackFile } from './stack-schema.js';
import { substituteVariables } from './substitute-variables.js';

/**
 * Reads the functions of a file in OpenFaaS's stack format; `${NAME}` in it is replaced from `variables`.
 * @returns undefined when the file does not exist or is blank: an editor may empty a file before it writes it
 * @throws InvalidFileError naming every fault of the file
 */
export async function readStackFile(
  path: string,
  variables: Readonly<Record<string, string | undefined>>,
): Promise<readonly Deployment[] | undefined> {
  return readYamlFile(path, {
    schema: stackFile,
    remedy: 'Set FUNCTIONS_FILE to a file in the stack format.',
    prepare: (parsed) => substituteVariables(parsed ?? {}, variables),
  });
}
