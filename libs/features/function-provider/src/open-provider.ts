import { join } from 'node:path';

import { version, type Logger } from '@later/service-kit';
import { FunctionLogs } from '@later/function-logs';

import type { ProviderInfo } from './api/info.controller.js';
import { FunctionProvider } from './deploying/function-provider.js';
import type { FunctionProviderConfig } from './function-provider-config.js';
import { Runtimes, type RuntimeTable } from './runtimes/runtimes.js';
import { ProviderState } from './state/provider-state.js';
import { storedAddress } from './state/stored-function.js';

/** A provider whose functions run; its API is not served yet. */
export interface OpenProvider {
  readonly functions: FunctionProvider;
  readonly state: ProviderState;
  readonly logs: FunctionLogs;
  readonly info: ProviderInfo;
  /** Ends all instances. */
  close(): Promise<void>;
}

export interface OpenProviderOptions {
  readonly config: FunctionProviderConfig;
  readonly runtimes: RuntimeTable;
  readonly log: Logger;
}

/** Opens the state in the data directory and starts the functions in it. */
export async function openProvider({ config, runtimes, log }: OpenProviderOptions): Promise<OpenProvider> {
  const folder = join(config.DATA_DIR, 'provider');
  const state = await ProviderState.open(folder);
  const logs = new FunctionLogs({ folder: join(folder, 'logs'), maxBytes: config.FUNCTION_LOG_BYTES, log });
  const functions = new FunctionProvider({
    state,
    runtimes: new Runtimes(runtimes, config.RUNTIME),
    logs,
    log,
    timeoutMs: config.UPSTREAM_TIMEOUT,
  });
  await logs.keepOnly(Array.from(functions.all(), storedAddress));
  functions.start();
  return {
    functions,
    state,
    logs,
    info: { provider: 'later', orchestration: config.RUNTIME, version: { release: version.release, sha: version.sha } },
    close: async () => {
      await functions.close();
      await logs.close();
    },
  };
}
