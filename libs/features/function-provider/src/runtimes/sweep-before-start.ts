import type { Runtime } from '@later/runtime-contract';

/**
 * Wraps a runtime so that it sweeps, once, before its first start. When the sweep fails, for example because the
 * container engine is down, the start fails with it and the next start sweeps again.
 */
export function sweepBeforeStart(runtime: Runtime): Runtime {
  let sweeping: Promise<void> | undefined;
  const sweep = (): Promise<void> => {
    sweeping ??= runtime.sweep().catch((error: unknown) => {
      sweeping = undefined;
      throw error;
    });
    return sweeping;
  };
  return {
    runsElsewhere: runtime.runsElsewhere,
    faultsOf: (deployment, replicas) => runtime.faultsOf(deployment, replicas),
    mostReplicas: (deployment) => runtime.mostReplicas(deployment),
    sweep,
    async start(spec, signal) {
      await sweep();
      signal.throwIfAborted();
      return runtime.start(spec, signal);
    },
    close: () => runtime.close(),
  };
}
