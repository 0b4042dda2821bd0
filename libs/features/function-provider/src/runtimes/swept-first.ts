import type { Runtime } from '@later/runtime-contract';

/**
 * A runtime that has ended what an earlier provider left before it starts anything. Where that fails, an engine being
 * away, the start fails with it, and the next one tries again.
 */
export function sweptFirst(runtime: Runtime): Runtime {
  let sweeping: Promise<void> | undefined;
  const sweep = (): Promise<void> => {
    sweeping ??= runtime.sweep().catch((error: unknown) => {
      sweeping = undefined;
      throw error;
    });
    return sweeping;
  };
  return {
    name: runtime.name,
    faultsOf: (deployment, replicas) => runtime.faultsOf(deployment, replicas),
    sweep,
    async start(spec, signal) {
      await sweep();
      signal.throwIfAborted();
      return runtime.start(spec, signal);
    },
    close: () => runtime.close(),
  };
}
