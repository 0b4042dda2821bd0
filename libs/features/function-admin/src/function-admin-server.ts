import type { IncomingMessage, ServerResponse } from 'node:http';

import { requestTargetOf, sendRefusal, serveRaw, type Refusal } from '@later/http-kit';
import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';

import { FUNCTION_ADMIN, type FunctionAdmin, type SystemAnswer, type SystemRequest } from './function-admin.js';
import { refusalOf, refusals } from './refusals.js';
import { findRoute } from './system-routes.js';

/**
 * Serves `/system/*`, and `/`, which redirects to the dashboard. The routes are raw and not Nest controllers: bodies go to
 * the provider as bytes, and logs stream. Every path also answers a wrong method with 405 and its `Allow`, for each
 * method that Node knows; the router behind controllers would answer HEAD as GET and other methods with 404.
 */
@Injectable()
export class FunctionAdminServer implements OnApplicationBootstrap {
  constructor(
    @Inject(FUNCTION_ADMIN) private readonly system: FunctionAdmin,
    @Inject(HttpAdapterHost) private readonly host: HttpAdapterHost,
  ) {}

  onApplicationBootstrap(): void {
    const fastify = this.host.httpAdapter.getInstance<FastifyInstance>();
    serveRaw(fastify, ['/'], async ({ method }, reply) => {
      if (method !== 'GET' && method !== 'HEAD') return sendRefusal(reply, refusals.notAllowed(['GET']));
      await reply.status(301).headers({ Location: '/ui/' }).send('');
    });
    serveRaw(fastify, ['/system', '/system/*'], async (request, reply) => {
      const answer = await this.#answer(request.raw, reply.raw);
      if (!answer) return void reply.hijack();
      if ('text' in answer) return sendRefusal(reply, answer);
      await reply
        .status(answer.status)
        .headers(answer.headers ?? {})
        .send(answer.body);
    });
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<SystemAnswer | Refusal | undefined> {
    const { path, query } = requestTargetOf(request);
    const found = findRoute(path);
    if (!found) return refusals.unknownPath();
    const method = request.method as SystemRequest['method'];
    const handle = Object.hasOwn(found.route.by, method) ? found.route.by[method] : undefined;
    if (!handle) return refusals.notAllowed(Object.keys(found.route.by));
    const { name } = found;
    const atProvider = query === '' ? found.path : `${found.path}?${query}`;
    try {
      const systemRequest = { method, name, path: atProvider, query: new URLSearchParams(query), request, response };
      return await handle(this.system, systemRequest);
    } catch (error) {
      return refusalOf(error);
    }
  }
}
