import { callingAgent, waitUntilListening } from '@later/http-kit';
import { upstreamOf } from '@later/function-schema';
import type { Runtime } from '@later/runtime-contract';

import { UpstreamInstance } from './upstream-instance.js';

/** How long a start waits until a server listens. */
const startTimeoutMs = 30_000;

/**
 * Calls functions that run elsewhere, at the URL of the annotation `later.dev/upstream`. A function can be called while a
 * server listens there. It counts as one instance, because the number of instances behind the URL cannot be seen or changed.
 */
export function upstreamRuntime(): Runtime {
  const http = callingAgent();
  return {
    runsElsewhere: true,
    mostReplicas: () => 1,
    faultsOf: (_deployment, replicas) =>
      replicas <= 1
        ? []
        : [{ path: ['replicas'], message: 'expected at most 1: the function runs elsewhere and is scaled there' }],
    async start({ id, deployment }, signal) {
      const url = upstreamOf(deployment.annotations)!;
      if (!(await waitUntilListening(url, startTimeoutMs, signal))) {
        throw new Error(`nothing listens at ${url.origin}. Is the service of the function running?`);
      }
      return new UpstreamInstance(id, url, http);
    },
    sweep: async () => undefined,
    close: () => http.close(),
  };
}
