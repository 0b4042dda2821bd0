import { authorizationFor, type BasicAuth, type RunningService } from '@later/service-kit';

import { ProviderDirectory } from './directory/provider-directory.js';
import type { ProviderConfig } from './provider-config.js';
import { ProviderClient } from './provider/provider-client.js';

/** The provider's client and directory; they are closed when the process stops. */
export interface OpenFunctions {
  readonly provider: ProviderClient;
  readonly directory: ProviderDirectory;
}

/** @param auth the user for the provider's API, unless PROVIDER_URL names another one */
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
