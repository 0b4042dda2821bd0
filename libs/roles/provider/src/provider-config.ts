import { functionProviderConfig, stackConfig } from '@later/function-provider';
import { containerRuntimeConfig } from '@later/runtime-container';

/** The provider's own variables; where it listens and its transport are configured elsewhere. */
export const providerRoleConfig = {
  functions: functionProviderConfig,
  containers: containerRuntimeConfig,
  stack: stackConfig,
};
