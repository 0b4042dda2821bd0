import { once } from 'node:events';
import { connect } from 'node:net';

import { Controller, Get, Inject, Module, type OnApplicationBootstrap, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { serveRaw } from '@later/http-kit';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { serve, type Listening } from '../http/serve.js';
import { createLogger } from '../logger.js';
import { BasicAuth } from './basic-auth.js';
import { requireBasicAuth } from './require-basic-auth.js';

const auth = new BasicAuth('admin', 'secret-password');

@Controller()
class Pages {
  @Get('system/info')
  info(): string {
    return 'SECRET of a controller';
  }

  @Get('healthz')
  health(): string {
    return 'open';
  }
}

/** Routes of every kind: of a controller, raw ones in their own scope, and one that takes any path. */
@Module({ controllers: [Pages] })
class App implements OnModuleInit, OnApplicationBootstrap {
  constructor(@Inject(HttpAdapterHost) private readonly host: HttpAdapterHost) {}

  onModuleInit(): void {
    requireBasicAuth(this.host.httpAdapter.getInstance<FastifyInstance>(), auth, ['/system', '/ui']);
  }

  onApplicationBootstrap(): void {
    const fastify = this.host.httpAdapter.getInstance<FastifyInstance>();
    const answer =
      (text: string): Parameters<typeof serveRaw>[2] =>
      async (_request, reply) =>
        void (await reply.send(text));
    serveRaw(fastify, ['/system', '/system/*', '/ui', '/ui/*'], answer('SECRET of a raw route'));
    serveRaw(fastify, ['/function/*'], answer('open'));
    serveRaw(fastify, ['/:any/nested/*'], async ({ originalUrl }, reply) => {
      await reply.send(/system/i.test(decodeURIComponent(originalUrl)) ? 'SECRET of a lenient route' : 'open');
    });
  }
}

let listening: Listening;
beforeAll(async () => {
  listening = await serve(createLogger({ LOG_LEVEL: 'silent' }), [App], { HOST: '127.0.0.1', PORT: 0 });
});
afterAll(() => listening.close());

/** Sends the bytes unchanged: an HTTP client would normalize such paths. */
async function ask(target: string, { method = 'GET', headers = '', body = '' } = {}): Promise<string> {
  const socket = connect(Number(new URL(listening.url).port), '127.0.0.1');
  await once(socket, 'connect');
  socket.write(`${method} ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${headers}\r\n${body}`, 'latin1');
  return Buffer.concat((await socket.toArray()) as Buffer[]).toString('latin1');
}

const targets = [
  '/system',
  '/system/',
  '/system/functions',
  '/system/info',
  '/%73ystem/functions',
  '/%73%79%73%74%65%6d/info',
  '/%2573ystem/functions',
  '//system/functions',
  '/./system/functions',
  '/x/../system/functions',
  '/system/../system/functions',
  '/function/../system/functions',
  '/healthz/../system/info',
  '/system%2ffunctions',
  '/system%2Finfo',
  '/%2fsystem/info',
  '/SYSTEM/functions',
  '/System/info',
  '/system;x=1/functions',
  '/system/functions?x=/function/y',
  '/system/%FF',
  '/%73ystem/%FF',
  '/system/%',
  '/system/functions%00',
  '/system\\functions',
  '\\system\\functions',
  'http://x/system/functions',
  'http://x//system/functions',
  'http://system/system/info',
  'HTTP://x/%73ystem/info',
  '/system/nested/x',
  '/%73ystem/nested/x',
  '/SYSTEM/nested/x',
  '/ui',
  '/ui/',
  '/ui/index.html',
  '/%75i/index.html',
  '/system#/function/x',
  '*',
  'system/functions',
];

describe('a request without credentials is rejected', () => {
  test.each(targets)('GET %s', async (target) => {
    expect(await ask(target)).not.toContain('SECRET');
  });

  test.each(['HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH', 'TRACE', 'PROPFIND', 'SEARCH', 'QUERY', 'LINK'])(
    '%s /system/functions',
    async (method) => expect(await ask('/system/functions', { method })).toMatch(/^HTTP\/1.1 401 /),
  );

  test.each(['X-HTTP-Method-Override: GET', 'X-Original-URL: /healthz', 'Upgrade: h2c\r\nConnection: upgrade'])(
    'GET /system/functions with %s',
    async (header) => expect(await ask('/system/functions', { headers: `${header}\r\n` })).not.toContain('SECRET'),
  );

  test.each([
    'Authorization: Basic',
    'Authorization: Basic OnNlY3JldC1wYXNzd29yZA==',
    `Authorization: ${auth.authorization.slice(0, -4)}`,
    `Authorization: Bearer x\r\nAuthorization: ${auth.authorization}`,
    `Proxy-Authorization: ${auth.authorization}`,
  ])('GET /system/info with %s', async (header) => {
    expect(await ask('/system/info', { headers: `${header}\r\n` })).toMatch(/^HTTP\/1.1 401 /);
  });
});

test('the 401 answer explains how to log in', async () => {
  const answer = await ask('/system/functions');
  expect(answer).toMatch(/^HTTP\/1.1 401 /);
  expect(answer).toMatch(/^www-authenticate: Basic realm="Restricted"\r$/im);
  expect(answer).toContain('faas-cli login');
  expect(answer).not.toContain('secret-password');
});

test('a request with a large body gets its 401, although the body is not read', async () => {
  const body = 'x'.repeat(1_000_000);
  const headers = `Content-Length: ${body.length}\r\nContent-Type: application/nonsense\r\n`;
  expect(await ask('/system/functions', { method: 'PUT', headers, body })).toMatch(/^HTTP\/1.1 401 /);
});

test('a request with the credentials is answered', async () => {
  const headers = `Authorization: ${auth.authorization}\r\n`;
  for (const target of ['/system/info', '/%73ystem/x', '/ui/', 'http://x/system/x', '/SYSTEM/nested/x']) {
    expect(await ask(target, { headers })).toContain('SECRET');
  }
});

test.each(['/healthz', '/function/x/../../system/functions', '/function/system', '/function//system', '/x/nested/y'])(
  '%s needs no credentials',
  async (target) => expect(await ask(target)).toContain('open'),
);
