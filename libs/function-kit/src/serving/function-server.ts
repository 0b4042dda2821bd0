import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { serveRaw } from '@later/http-kit';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import { FunctionRegistry } from '../registering/function-registry.js';
import { readCallTarget } from './call-target.js';
import { FunctionEndpoint } from './function-endpoint.js';
import { refusals } from './refusals.js';

/** Puts the functions on the app's Fastify, at `/<name>` and everything below it, for every method there is. */
@Injectable()
export class FunctionServer implements OnApplicationBootstrap {
  readonly #log = new Logger(FunctionServer.name);
  readonly #endpoints = new Map<string, FunctionEndpoint>();

  constructor(
    private readonly host: HttpAdapterHost,
    private readonly registry: FunctionRegistry,
  ) {}

  /** Only now are the app's own routes known, which a function must not hide behind. */
  onApplicationBootstrap(): void {
    if (this.host.httpAdapter.getType() !== 'fastify')
      throw new Error('Functions need Fastify: create the app with new FastifyAdapter() of @nestjs/platform-fastify');
    const fastify = this.host.httpAdapter.getInstance<FastifyInstance>();
    this.registry.load((path) => fastify.supportedMethods.some((method) => fastify.hasRoute({ method, url: path })));
    for (const each of this.registry.list()) this.#endpoints.set(each.name, new FunctionEndpoint(each, this.#log));
    serveRaw(fastify, ['/*'], (request, reply) => this.#serve(request, reply));
  }

  async #serve(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const target = readCallTarget(request.raw);
    const endpoint = this.#endpoints.get(target.name);
    const { status, headers, body } = endpoint
      ? await endpoint.answer(request.raw, target, whenGone(reply))
      : refusals.unknown(target.name, [...this.#endpoints.keys()]);
    for (const [name, values] of Object.entries(headers))
      void reply.header(name, values.length === 1 ? values[0] : [...values]);
    await reply.status(status).send(body);
  }
}

/** Aborts when the connection closes before the answer is out. */
function whenGone(reply: FastifyReply): AbortSignal {
  const gone = new AbortController();
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) gone.abort(new Error('The client went away'));
  });
  return gone.signal;
}
