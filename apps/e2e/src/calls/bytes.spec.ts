import { randomBytes } from 'node:crypto';

import {
  eventually,
  type RecordedRequest,
  type RecordingServer,
  startRecordingServer,
  System,
  transportNames,
} from '@later/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { http, type Request } from '../clients/http.js';

const everyByte = Uint8Array.from({ length: 256 }, (_, index) => index);
const form = [
  '--edge\r\nContent-Disposition: form-data; name="file"; filename="a.bin"\r\n\r\n',
  everyByte,
  '\r\n--edge--\r\n',
].map((part) => Buffer.from(part));

const requests: Record<string, Request & { path?: string; body?: string | Uint8Array }> = {
  'a binary body of 900 KiB': { body: randomBytes(900 * 1024), headers: ['Content-Type', 'application/octet-stream'] },
  'an empty body': { body: '' },
  'a body of all byte values': { body: everyByte },
  'invalid JSON': { body: '{"a":', headers: ['Content-Type', 'application/json'] },
  'an invalid content type': { body: 'a', headers: ['Content-Type', 'text/;;plain'] },
  'a POST without a content type': { body: 'a' },
  multipart: { body: Buffer.concat(form), headers: ['Content-Type', 'multipart/form-data; boundary=edge'] },
  'a form': { body: 'a=%20+b&a=', headers: ['Content-Type', 'application/x-www-form-urlencoded'] },
  'an encoded path and query': { path: '/a%2Fb//%E2%9C%93/..%2f?x=%20y&x=2&%26' },
  'repeated headers': { headers: ['X-Tag', 'one', 'x-tag', 'two', 'Accept', 'a/b', 'User-Agent', 'a client'] },
};

describe.each(transportNames)('the function receives the request unchanged, on %s', (transport) => {
  let system: System;
  let fn: RecordingServer;

  beforeAll(async () => {
    fn = await startRecordingServer();
    system = await System.start({ transport, standalone: true, functions: { mirror: { upstream: `${fn.url}/base` } } });
  });
  afterAll(async () => {
    await system?.stop();
    await fn?.close();
  });

  for (const [what, { path = '', ...request }] of Object.entries(requests)) {
    for (const route of ['function', 'async-function']) {
      test(`${what}, by /${route}/`, async () => {
        const before = fn.requests.length;
        const answer = await http(`${system.gatewayUrl}/${route}/mirror${path}`, request);
        expect(answer.status).toBe(route === 'function' ? 200 : 202);
        await eventually(() => fn.requests.length === before + 1);
        const received = fn.requests.at(-1)!;
        expect(received.method).toBe('POST');
        expect(received.url).toBe(`/base${path || '/'}`);
        expect(Buffer.compare(received.body, Buffer.from(request.body ?? '')), 'the body').toBe(0);
        expect(kept(received, request.headers ?? [])).toEqual(request.headers ?? []);
        expect(received.headers.get('x-call-id')).toBe(answer.headers.get('x-call-id'));
        expect(received.rawHeaders.filter((name) => name.toLowerCase() === 'x-start-time')).toHaveLength(1);
        expect(received.headers.get('x-start-time')).toBe(answer.headers.get('x-start-time'));
      });
    }
  }
});

/** Those of the received headers whose names were sent, in the order they came. */
function kept({ rawHeaders }: RecordedRequest, sent: readonly string[]): string[] {
  const names = new Set(sent.filter((_, index) => index % 2 === 0).map((name) => name.toLowerCase()));
  return rawHeaders.filter((_, index) => names.has(rawHeaders[index - (index % 2)]!.toLowerCase()));
}
