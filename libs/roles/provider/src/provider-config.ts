import { functionProviderConfig, stackConfig } from '@later/function-provider';
import { containerRuntimeConfig } from '@later/runtime-container';

/** What the provider reads of the environment, besides where it listens and what it is connected to. */
export const providerRoleConfig = {
  functions: functionProviderConfig,
  containers: containerRuntimeConfig,
  stack: stackConfig,
};
