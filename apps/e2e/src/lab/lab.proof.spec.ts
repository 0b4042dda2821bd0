import { eventually, System } from '@later/testing';
import { describe, expect, test } from 'vitest';

import { http } from '../clients/http.js';
import { durationOf, systems } from './systems.js';

const times = 10;

// The systems run at the same time: nearly all of the test is waiting.
describe.concurrent('the lab with one call in flight', () => {
  test.each(systems)('runs ten calls in order, one after the other, on $label', async (options) => {
    const system = await System.start({ ...options, env: { MAX_IN_FLIGHT: '1' } });
    try {
      const sequence = await durationOf(async () => {
        for (let call = 0; call < times; call++) {
          expect((await http(`${system.gatewayUrl}/function/long-task`)).status).toBe(200);
        }
      });
      expect(sequence, 'ten synchronous calls').toBeGreaterThanOrEqual(times * 999);
      expect(sequence).toBeLessThan(times * 1_500);

      const ids: string[] = [];
      const submitting = await durationOf(async () => {
        for (let call = 0; call < times; call++) {
          const answer = await http(`${system.gatewayUrl}/async-function/long-task`);
          expect(answer.status).toBe(202);
          ids.push(answer.headers.get('x-call-id')!);
        }
      });
      expect(submitting, 'ten asynchronous calls').toBeLessThan((times * 1_000) / 2);
      await eventually(() => system.logged('queue-worker', 'Invoked').length === times, 20_000);
      const [started, ended] = ['Invoke', 'Invoked'].map((msg) => system.logged('queue-worker', msg));
      expect(
        started!.map(({ callId }) => callId),
        'in order',
      ).toEqual(ids);
      for (const [index, line] of ended!.entries()) {
        expect(line).toMatchObject({ callId: ids[index], function: 'long-task', attempt: 1, status: 200 });
        expect(line.duration).toMatch(/^\d\.\d{6}s$/);
        // Node's timers may end a fraction of a millisecond early.
        expect(Number.parseFloat(line.duration!)).toBeGreaterThan(0.99);
        const next = started![index + 1];
        if (next) expect(Date.parse(next.time), 'one after the other').toBeGreaterThanOrEqual(Date.parse(line.time));
      }
    } finally {
      await system.stop();
    }
  });
});
