import { callingAgent, waitUntilListening } from '@later/http-kit';
import { upstreamOf } from '@later/function-schema';
import type { Runtime } from '@later/runtime-contract';

import { UpstreamInstance } from './upstream-instance.js';

/** How long a start waits for somebody to listen. */
const startTimeoutMs = 30_000;

/**
 * Functions that run elsewhere, at the URL of annotation `later.dev/upstream`. One can be called while somebody listens
 * there; how many instances are behind the URL is not ours to say, nor to change: here it is one.
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
