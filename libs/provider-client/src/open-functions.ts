import { authorizationFor, type BasicAuth, type RunningService } from '@later/service-kit';

import { ProviderDirectory } from './directory/provider-directory.js';
import type { ProviderConfig } from './provider-config.js';
import { ProviderClient } from './provider/provider-client.js';

/** The functions there are, for as long as the process runs. */
export interface OpenFunctions {
  readonly provider: ProviderClient;
  readonly directory: ProviderDirectory;
}

/** @param auth who the provider is asked as, unless PROVIDER_URL names somebody else */
export function openFunctions(
  { PROVIDER_URL }: ProviderConfig,
  auth: BasicAuth | undefined,
  service: RunningService,
): OpenFunctions {
  const url = new URL(PROVIDER_URL);
  const provider = new ProviderClient({ url, authorization: authorizationFor(url, auth) });
  service.onStop('provider client', () => provider.close());
  return { provider, directory: new ProviderDirectory(provider, service.log()) };
}
