import { transportNames, type SystemOptions } from '@later/testing';

/** The systems that the lab runs on: every transport with a process for each role, and the standalone. */
export const systems: readonly (SystemOptions & { readonly label: string })[] = [
  ...transportNames.map((transport) => ({ label: `${transport}, a process for each role`, transport })),
  ...(transportNames.includes('embedded')
    ? [{ label: 'standalone', transport: 'embedded' as const, standalone: true }]
    : []),
];

/** How long some work takes, in ms. */
export async function durationOf(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}
