import type { Deployment } from '@later/function-schema';

/** The labels of everything that a provider creates on an engine, which others may use too. */
export const ownershipLabels = {
  /** The id of the provider that created it. */
  provider: 'later.dev/provider',
  function: 'later.dev/function',
  instance: 'later.dev/instance',
} as const;

type Labels = Readonly<Record<string, string>>;

/** The labels of everything that a provider creates. */
export const labelsOfProvider = (providerId: string): Labels => ({ [ownershipLabels.provider]: providerId });

/** The labels of what belongs to one instance. */
export const labelsOfInstance = (providerId: string, instanceId: string, deployment: Deployment): Labels => ({
  ...labelsOfProvider(providerId),
  [ownershipLabels.function]: `${deployment.service}.${deployment.namespace}`,
  [ownershipLabels.instance]: instanceId,
});

/** The filter with which an engine lists only what a provider created. */
export const filtersOfProvider = (providerId: string): { label: string[] } => ({
  label: [`${ownershipLabels.provider}=${providerId}`],
});
