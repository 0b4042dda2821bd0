import { eventually, type Role, startRecordingServer, System, transportNames } from '@later/testing';
import { describe, expect, test } from 'vitest';

import { http, inParallel } from '../clients/http.js';

const calls = 1_000;

/** Submits until it is accepted: a client whose call was not answered 202 tries again, under the same call id. */
async function submit(system: System, callId: string, callbackUrl: string): Promise<void> {
  const request = { headers: ['X-Call-Id', callId, 'X-Callback-Url', callbackUrl], body: callId };
  await eventually(
    () =>
      http(`${system.gatewayUrl}/async-function/counted`, request).then(
        ({ status }) => status === 202,
        () => false,
      ),
    60_000,
  );
}

describe.each(transportNames)('on %s', (transport) => {
  test(`kill -9 of any process in mid-work, and of the broker, loses none of ${calls} accepted calls`, async () => {
    // Outside the reach of every fault.
    const [fn, bin] = [await startRecordingServer(), await startRecordingServer()];
    const system = await System.start({
      transport,
      roles: ['gateway', 'provider', 'queue-worker', 'callback-dispatcher'],
      functions: { counted: { upstream: fn.url, annotations: { 'com.openfaas.retry.min_wait': '1s' } } },
      env: { CALLBACK_RETRY_SCHEDULE: '500ms,1s,2s,2s,2s', MAX_IN_FLIGHT: '20' },
    });
    try {
      const accepted = new Set<string>();
      const submitting = inParallel(calls, 16, async (index) => {
        await submit(system, `call-${index}`, bin.url);
        accepted.add(`call-${index}`);
      });
      const reached = (count: number) => eventually(() => accepted.size >= count, 60_000);
      const killed: string[] = [];
      const killAndRestart = async (role: Role): Promise<void> => {
        await system.killRole(role);
        killed.push(role);
        await system.startRole(role);
      };
      await reached(100);
      await killAndRestart('queue-worker');
      await reached(300);
      await killAndRestart('gateway');
      await reached(500);
      if (system.backend.broker && !system.backend.broker.untouchable) {
        await system.backend.broker.kill();
        killed.push('broker');
        await system.backend.broker.restart();
      }
      await reached(700);
      await Promise.all((['callback-dispatcher', 'queue-worker', 'provider'] as const).map(killAndRestart));
      await submitting;

      const idsOf = ({ requests }: typeof fn) => requests.map(({ headers }) => headers.get('x-call-id')!);
      const missing = (ids: readonly string[]) => [...accepted.difference(new Set(ids))];
      await eventually(() => missing(idsOf(fn)).length === 0, 60_000).catch(() => undefined);
      await eventually(() => missing(idsOf(bin)).length === 0, 60_000).catch(() => undefined);
      const [executed, called] = [idsOf(fn), idsOf(bin)];
      const twice = (ids: readonly string[]) => ids.length - new Set(ids).size;
      console.log(
        `${transport}: killed ${killed.join(', ')}; ${accepted.size} accepted; ` +
          `${missing(executed).length} lost, ${twice(executed)} executed again; ` +
          `${missing(called).length} callbacks lost, ${twice(called)} posted again`,
      );
      expect(accepted.size).toBe(calls);
      expect(missing(executed), 'accepted and never executed').toEqual([]);
      expect([...new Set(executed).difference(accepted)], 'executed and never submitted').toEqual([]);
      expect(missing(called), 'executed and never called back').toEqual([]);
    } finally {
      await system.stop();
      await Promise.all([fn.close(), bin.close()]);
    }
  });
});
