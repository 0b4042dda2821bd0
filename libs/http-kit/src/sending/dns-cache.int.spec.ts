import { createServer, connect } from 'node:net';
import { once } from 'node:events';
import type { LookupAddress } from 'node:dns';

import { expect, test } from 'vitest';

import { DnsCache } from './dns-cache.js';

const at = (address: string): LookupAddress[] => [{ address, family: 4 }];

/** A name server that gives these answers in turn, and then answers no more. */
function nameServer(...answers: (LookupAddress[] | Error)[]) {
  const asked: string[] = [];
  const resolve = (host: string) => {
    asked.push(host);
    const answer = answers.shift();
    if (answer instanceof Error) return Promise.reject(answer);
    return answer === undefined ? Promise.withResolvers<LookupAddress[]>().promise : Promise.resolve(answer);
  };
  return { asked, resolve };
}

/** A clock that advances a second with every reading: no answer stays fresh. */
function fastClock() {
  let now = 0;
  return { now: () => (now += 1_000) };
}

const neverFresh = () => ({ freshMs: 1, maxDelayMs: 1, clock: fastClock() });

test('lookups of one host at the same time share one question, and a fresh answer needs none', async () => {
  const { resolve, asked } = nameServer(at('10.0.0.1'));
  const hosts = new DnsCache({ resolve, freshMs: 60_000 });
  const all = await Promise.all([1, 2, 3].map(() => hosts.addressesOf('a.example')));
  expect([...all, await hosts.addressesOf('a.example')]).toEqual(Array.from({ length: 4 }, () => at('10.0.0.1')));
  expect(asked).toEqual(['a.example']);
});

test('a host with a new address is found there', async () => {
  const { resolve } = nameServer(at('10.0.0.1'), at('10.0.0.2'));
  const hosts = new DnsCache({ resolve, ...neverFresh(), maxDelayMs: 60_000 });
  expect(await hosts.addressesOf('a.example')).toEqual(at('10.0.0.1'));
  expect(await hosts.addressesOf('a.example')).toEqual(at('10.0.0.2'));
});

test('the cached addresses are used while the name server does not answer or fails', async () => {
  const { resolve, asked } = nameServer(at('10.0.0.1'), new Error('EAI_AGAIN'));
  const hosts = new DnsCache({ resolve, ...neverFresh() });
  for (let times = 0; times < 4; times++) expect(await hosts.addressesOf('a.example')).toEqual(at('10.0.0.1'));
  // The third question is still open at the fourth lookup.
  expect(asked).toHaveLength(3);
});

test('addresses that are too old are not used, and an unknown host is an error', async () => {
  const { resolve } = nameServer(at('10.0.0.1'), new Error('ENOTFOUND'), new Error('ENOTFOUND'));
  const hosts = new DnsCache({ resolve, ...neverFresh(), maxAgeMs: 1 });
  await hosts.addressesOf('a.example');
  await expect(hosts.addressesOf('a.example')).rejects.toThrow('ENOTFOUND');
  await expect(hosts.addressesOf('b.example')).rejects.toThrow('ENOTFOUND');
});

test('a connection uses the cached addresses of the requested family', async () => {
  const server = createServer((socket) => socket.end('here')).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  const mixed = [{ address: '::1', family: 6 }, ...at('127.0.0.1')];
  const { lookup } = new DnsCache({ resolve: nameServer(mixed).resolve, freshMs: 60_000 });
  for (const family of [undefined, 4]) {
    const socket = connect({ host: 'a.example', port, lookup, ...(family && { family, autoSelectFamily: false }) });
    expect(String(await once(socket, 'data'))).toBe('here');
    expect(socket.remoteAddress).toBe('127.0.0.1');
  }
  server.close();
});
