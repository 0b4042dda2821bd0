import type { Deployment } from '@later/function-schema';

/** The labels by which we know what is ours on an engine that others use too. */
export const ownershipLabels = {
  /** Which provider made it. */
  provider: 'later.dev/provider',
  function: 'later.dev/function',
  instance: 'later.dev/instance',
} as const;

type Labels = Readonly<Record<string, string>>;

/** The labels of all that a provider has on the engine. */
export const labelsOfProvider = (providerId: string): Labels => ({ [ownershipLabels.provider]: providerId });

/** The labels of what belongs to one instance. */
export const labelsOfInstance = (providerId: string, instanceId: string, deployment: Deployment): Labels => ({
  ...labelsOfProvider(providerId),
  [ownershipLabels.function]: `${deployment.service}.${deployment.namespace}`,
  [ownershipLabels.instance]: instanceId,
});

/** What an engine lists a provider's things by. */
export const filtersOfProvider = (providerId: string): { label: string[] } => ({
  label: [`${ownershipLabels.provider}=${providerId}`],
});
