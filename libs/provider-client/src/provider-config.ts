import { z } from 'zod';

/** The provider that deploys and runs the functions. */
export const providerConfig = z.object({
  PROVIDER_URL: z
    .url({ protocol: /^https?$/, error: 'expected an http or https URL' })
    .default('http://127.0.0.1:8081')
    .describe(
      'The URL of the OpenFaaS provider: of Later, faas-netes or faasd; a `user:password@` in it wins over `BASIC_AUTH_*`',
    ),
});

export type ProviderConfig = z.infer<typeof providerConfig>;
