import type { IncomingMessage, ServerResponse } from 'node:http';

import { ProviderUnavailableError } from '@later/provider-client';
import { BodyBrokeOffError, BodyTooLargeError, InvalidRequestError, requestTargetOf, serveRaw } from '@later/http-kit';
import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';

import {
  maxBodyBytes,
  FUNCTION_ADMIN,
  textAnswer,
  type SystemAnswer,
  type FunctionAdmin,
  type SystemRequest,
} from './function-admin.js';
import { findRoute } from './system-routes.js';

/** `/system/*`, and `/`, which leads to the dashboard. */
@Injectable()
export class FunctionAdminServer implements OnApplicationBootstrap {
  constructor(
    @Inject(FUNCTION_ADMIN) private readonly system: FunctionAdmin,
    @Inject(HttpAdapterHost) private readonly host: HttpAdapterHost,
  ) {}

  onApplicationBootstrap(): void {
    const fastify = this.host.httpAdapter.getInstance<FastifyInstance>();
    serveRaw(fastify, ['/'], async ({ method }, reply) => {
      const { status, headers = {}, body } = method === 'GET' || method === 'HEAD' ? toDashboard : notAllowed(['GET']);
      await reply.status(status).headers(headers).send(body);
    });
    serveRaw(fastify, ['/system', '/system/*'], async (request, reply) => {
      const answer = await this.#answer(request.raw, reply.raw);
      if (answer)
        await reply
          .status(answer.status)
          .headers(answer.headers ?? {})
          .send(answer.body);
      else reply.hijack();
    });
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<SystemAnswer | undefined> {
    const { path, query } = requestTargetOf(request);
    const found = findRoute(path);
    if (!found) return textAnswer(404, 'There is no such path under /system/.');
    const method = request.method as SystemRequest['method'];
    const handle = Object.hasOwn(found.route.by, method) ? found.route.by[method] : undefined;
    if (!handle) return notAllowed(Object.keys(found.route.by));
    const { name } = found;
    const atProvider = query === '' ? found.path : `${found.path}?${query}`;
    try {
      const asked = { method, name, path: atProvider, query: new URLSearchParams(query), request, response };
      return await handle(this.system, asked);
    } catch (error) {
      return refuse(error);
    }
  }
}

const toDashboard: SystemAnswer = { status: 301, headers: { Location: '/ui/' }, body: '' };

const notAllowed = (methods: readonly string[]): SystemAnswer =>
  textAnswer(405, `Only ${methods.join(', ')} can be done here.`, { Allow: methods.join(', ') });

/** How soon to come back when the provider is away, in s. */
const comeBackAfterSeconds = '5';

/** Only what a client or a provider may do is an answer; anything else is a defect. */
function refuse(error: unknown): SystemAnswer {
  if (error instanceof InvalidRequestError) return textAnswer(400, error.message);
  if (error instanceof BodyBrokeOffError) return textAnswer(400, 'The body broke off before its end.');
  if (error instanceof BodyTooLargeError) {
    return textAnswer(413, `The body is over the limit of ${maxBodyBytes} bytes.`);
  }
  if (!(error instanceof ProviderUnavailableError)) throw error;
  const away = error.kind === 'unreachable';
  return textAnswer(away ? 503 : 502, error.message, away ? { 'Retry-After': comeBackAfterSeconds } : {});
}
