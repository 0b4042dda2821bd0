import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { clientGoneSignal, sendRefusal, serveRaw } from '@later/http-kit';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import { FunctionRegistry } from '../registering/function-registry.js';
import { FunctionEndpoint } from './function-endpoint.js';
import { readServedTarget } from './read-served-target.js';
import { refusals } from './refusals.js';

/** Serves the functions with the app's Fastify, each at `/<name>` and every path below it, for every method. */
@Injectable()
export class FunctionServer implements OnApplicationBootstrap {
  readonly #log = new Logger(FunctionServer.name);
  readonly #endpoints = new Map<string, FunctionEndpoint>();

  constructor(
    private readonly host: HttpAdapterHost,
    private readonly registry: FunctionRegistry,
  ) {}

  /** The app's own routes are known only now: none of them may hide a function. */
  onApplicationBootstrap(): void {
    if (this.host.httpAdapter.getType() !== 'fastify')
      throw new Error('Functions need Fastify: create the app with new FastifyAdapter() of @nestjs/platform-fastify');
    const fastify = this.host.httpAdapter.getInstance<FastifyInstance>();
    this.registry.load((path) => fastify.supportedMethods.some((method) => fastify.hasRoute({ method, url: path })));
    for (const each of this.registry.list()) this.#endpoints.set(each.name, new FunctionEndpoint(each, this.#log));
    serveRaw(fastify, ['/*'], (request, reply) => this.#serve(request, reply));
  }

  async #serve(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const target = readServedTarget(request.raw);
    const endpoint = this.#endpoints.get(target.name);
    if (!endpoint) return sendRefusal(reply, refusals.unknownFunction(target.name, [...this.#endpoints.keys()]));
    const { status, headers, body } = await endpoint.answer(request.raw, target, clientGoneSignal(reply.raw));
    for (const [name, values] of Object.entries(headers))
      void reply.header(name, values.length === 1 ? values[0] : [...values]);
    await reply.status(status).send(body);
  }
}
