import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { eventually, startRecordingServer, System, type SystemOptions, transportNames } from '@later/testing';
import { describe, expect, test } from 'vitest';

import { http, inParallel } from './http.js';

/** What the lab prints, byte for byte. */
const banner = readFileSync(join(import.meta.dirname, 'lab-banner.txt'), 'utf8');

const systems: (SystemOptions & { what: string })[] = [
  ...transportNames.map((transport) => ({ what: `${transport}, a process for each role`, transport })),
  ...(transportNames.includes('embedded')
    ? [{ what: 'standalone', transport: 'embedded' as const, standalone: true }]
    : []),
];

const times = 10;

/** Starts what the test needs, and ends it whatever happens. */
async function withSystem(options: SystemOptions, use: (system: System) => Promise<void>): Promise<void> {
  const system = await System.start(options);
  try {
    await use(system);
  } finally {
    await system.stop();
  }
}

const elapsed = async (work: () => Promise<unknown>): Promise<number> => {
  const started = performance.now();
  await work();
  return performance.now() - started;
};

// Nearly all of this is waiting: the systems can wait at the same time.
describe.concurrent('the lab', () => {
  test.each(systems)('one call in flight, on $what', async (options) => {
    await withSystem({ ...options, env: { MAX_IN_FLIGHT: '1' } }, async (system) => {
      const sequence = await elapsed(async () => {
        for (let call = 0; call < times; call++) {
          expect((await http(`${system.gatewayUrl}/function/long-task`)).status).toBe(200);
        }
      });
      expect(sequence, 'ten calls that wait').toBeGreaterThanOrEqual(times * 999);
      expect(sequence).toBeLessThan(times * 1_500);

      const ids: string[] = [];
      const submitting = await elapsed(async () => {
        for (let call = 0; call < times; call++) {
          const answer = await http(`${system.gatewayUrl}/async-function/long-task`);
          expect(answer.status).toBe(202);
          ids.push(answer.headers.get('x-call-id')!);
        }
      });
      expect(submitting, 'ten calls that do not').toBeLessThan((times * 1_000) / 2);
      await eventually(() => system.logged('queue-worker', 'Invoked').length === times, 20_000);
      const [started, ended] = ['Invoke', 'Invoked'].map((msg) => system.logged('queue-worker', msg));
      expect(
        started!.map(({ callId }) => callId),
        'in order',
      ).toEqual(ids);
      for (const [index, line] of ended!.entries()) {
        expect(line).toMatchObject({ callId: ids[index], function: 'long-task', attempt: 1, status: 200 });
        expect(line.duration).toMatch(/^\d\.\d{6}s$/);
        // Node's timers may be a fraction of a millisecond early.
        expect(Number.parseFloat(line.duration!)).toBeGreaterThan(0.99);
        const next = started![index + 1];
        if (next) expect(Date.parse(next.time), 'one after the other').toBeGreaterThanOrEqual(Date.parse(line.time));
      }
    });
  });
});

describe('the lab', () => {
  test.each(systems)('ten calls in flight, and callbacks, on $what', async (options) => {
    const bin = await startRecordingServer();
    await withSystem({ ...options, env: { MAX_IN_FLIGHT: '10' } }, async (system) => {
      const all = await elapsed(async () => {
        await inParallel(times, times, () => http(`${system.gatewayUrl}/async-function/long-task`));
        await eventually(() => system.logged('queue-worker', 'Invoked').length === times);
      });
      expect(all, 'ten calls at once').toBeLessThan((times * 1_000) / 2);

      const call = { body: 'LaterIsBetter', headers: ['X-Callback-Url', `${bin.url}/r/1i7i1we1?a=%20b`] };
      const accepted = await http(`${system.gatewayUrl}/async-function/figlet`, call);
      expect([accepted.status, accepted.text, accepted.headers.get('content-length')]).toEqual([202, '', '0']);
      expect(accepted.headers.get('x-start-time')).toMatch(/^\d{19}$/);
      await eventually(() => bin.requests.length === 1);
      const [callback] = bin.requests;
      expect([callback!.method, callback!.url]).toEqual(['POST', '/r/1i7i1we1?a=%20b']);
      expect(callback!.body.toString()).toBe(banner);
      expect(Object.fromEntries(callback!.headers)).toMatchObject({
        'content-type': expect.stringMatching(/^text\/plain/) as string,
        'content-length': String(banner.length),
        'x-call-id': accepted.headers.get('x-call-id'),
        'x-duration-seconds': expect.stringMatching(/^\d+\.\d{6}$/) as string,
        'x-function-name': 'figlet',
        'x-function-status': '200',
        'x-retry': '0',
        'x-retry-max': '9',
        'user-agent': expect.stringMatching(/^later-callback-dispatcher\/\d/) as string,
      });

      // A callback may be another function: figlet's banner is drawn by figlet again.
      const chained = { body: 'a', headers: ['X-Callback-Url', 'http://gateway:8080/function/figlet'] };
      await http(`${system.gatewayUrl}/async-function/figlet`, chained);
      await eventually(() => system.logged('callback-dispatcher', 'Posted result').length === 2);
      expect(system.logged('callback-dispatcher', 'Posted result')[1]).toMatchObject({ status: 200 });
    });
    await bin.close();
  });
});
