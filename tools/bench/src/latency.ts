import { setTimeout as delay } from 'node:timers/promises';

import { System, eventually, startRecordingServer, type TransportName } from '@later/testing';

import { body } from './load.js';

/** In ms. */
export interface Latency {
  /** From the 202 to the function's first byte, when nothing else is going on. */
  readonly startP50: number;
  readonly startP95: number;
  /** From starting the process to the first 202. */
  readonly first202: number;
}

const calls = 100;

/** How soon things happen when nothing else does. The embedded transport is measured as it is meant: in one process. */
export async function measureLatency(transport: TransportName): Promise<Latency> {
  const fn = await startRecordingServer();
  const system = await System.start({
    transport,
    standalone: transport === 'embedded',
    functions: { fn: { upstream: fn.url } },
  });
  const submit = () => fetch(`${system.gatewayUrl}/async-function/fn`, { method: 'POST', body });
  try {
    const waits: number[] = [];
    for (let call = 0; call < calls; call++) {
      const { status } = await submit();
      const accepted = performance.now();
      if (status !== 202) throw new Error(`The gateway answered ${status}`);
      await eventually(() => fn.requests.length === call + 1);
      waits.push(Math.max(0, fn.requests[call]!.at - accepted));
      await delay(20);
    }
    waits.sort((one, other) => one - other);
    const [startP50, startP95] = [waits[calls / 2]!, waits[calls * 0.95]!];

    await system.killRole('gateway');
    const started = performance.now();
    const restarting = system.startRole('gateway');
    await eventually(() =>
      submit().then(
        ({ status }) => status === 202,
        () => false,
      ),
    );
    const first202 = performance.now() - started;
    await restarting;
    return { startP50, startP95, first202 };
  } finally {
    await system.stop();
    await fn.close();
  }
}
