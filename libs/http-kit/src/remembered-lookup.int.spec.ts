import { createServer, connect } from 'node:net';
import { once } from 'node:events';
import type { LookupAddress } from 'node:dns';

import { expect, test } from 'vitest';

import { RememberedLookup } from './remembered-lookup.js';

const at = (address: string): LookupAddress[] => [{ address, family: 4 }];

/** A name server that answers as it is told to, one question after the other, and then no more. */
function nameServer(...answers: (LookupAddress[] | Error)[]) {
  const asked: string[] = [];
  const ask = (host: string) => {
    asked.push(host);
    const answer = answers.shift();
    if (answer instanceof Error) return Promise.reject(answer);
    return answer === undefined ? Promise.withResolvers<LookupAddress[]>().promise : Promise.resolve(answer);
  };
  return { asked, ask };
}

/** A clock on which a second passes between any two looks: no answer is fresh. */
function fastClock() {
  let now = 0;
  return { now: () => (now += 1_000) };
}

const neverFresh = () => ({ freshMs: 1, patienceMs: 1, clock: fastClock() });

test('one question is asked for all who want to know at the same time, and none while its answer is fresh', async () => {
  const { ask, asked } = nameServer(at('10.0.0.1'));
  const hosts = new RememberedLookup({ ask, freshMs: 60_000 });
  const all = await Promise.all([1, 2, 3].map(() => hosts.addressesOf('a.example')));
  expect([...all, await hosts.addressesOf('a.example')]).toEqual(Array.from({ length: 4 }, () => at('10.0.0.1')));
  expect(asked).toEqual(['a.example']);
});

test('a host that moved is found at its new address', async () => {
  const { ask } = nameServer(at('10.0.0.1'), at('10.0.0.2'));
  const hosts = new RememberedLookup({ ask, ...neverFresh(), patienceMs: 60_000 });
  expect(await hosts.addressesOf('a.example')).toEqual(at('10.0.0.1'));
  expect(await hosts.addressesOf('a.example')).toEqual(at('10.0.0.2'));
});

test('while the name server says nothing, or that it cannot, what it said before is used', async () => {
  const { ask, asked } = nameServer(at('10.0.0.1'), new Error('EAI_AGAIN'));
  const hosts = new RememberedLookup({ ask, ...neverFresh() });
  for (let times = 0; times < 4; times++) expect(await hosts.addressesOf('a.example')).toEqual(at('10.0.0.1'));
  // The third question is still open when the fourth would be asked.
  expect(asked).toHaveLength(3);
});

test('an answer that is too old is not used, and a host that was never found is not made up', async () => {
  const { ask } = nameServer(at('10.0.0.1'), new Error('ENOTFOUND'), new Error('ENOTFOUND'));
  const hosts = new RememberedLookup({ ask, ...neverFresh(), oldestMs: 1 });
  await hosts.addressesOf('a.example');
  await expect(hosts.addressesOf('a.example')).rejects.toThrow('ENOTFOUND');
  await expect(hosts.addressesOf('b.example')).rejects.toThrow('ENOTFOUND');
});

test('connections are made by it, in the family that is asked for', async () => {
  const server = createServer((socket) => socket.end('here')).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  const mixed = [{ address: '::1', family: 6 }, ...at('127.0.0.1')];
  const { lookup } = new RememberedLookup({ ask: nameServer(mixed).ask, freshMs: 60_000 });
  for (const family of [undefined, 4]) {
    const socket = connect({ host: 'a.example', port, lookup, ...(family && { family, autoSelectFamily: false }) });
    expect(String(await once(socket, 'data'))).toBe('here');
    expect(socket.remoteAddress).toBe('127.0.0.1');
  }
  server.close();
});
