import type { Logger } from '@later/service-kit';

import type { FunctionDirectory } from './function-directory.js';
import type { FunctionRoutingConfig } from './function-routing-config.js';
import { readRegistryFile } from './registry-file.js';

/** The functions that the configuration tells of. */
export async function openDirectory(config: FunctionRoutingConfig, log: Logger): Promise<FunctionDirectory> {
  const { directory, names, warnings } = await readRegistryFile(config.FUNCTIONS_FILE, config);
  for (const warning of warnings) log.warn(warning);
  log.info({ file: config.FUNCTIONS_FILE, functions: names }, 'Functions');
  return directory;
}
