import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { clientGoneSignal, readFunctionTarget, sendRefusal, serveRaw } from '@later/http-kit';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import { FunctionProvider } from '../deploying/function-provider.js';
import { refusalOfCall, unusableName } from './call-refusals.js';

/** Serves `/function/NAME`: passes each call to an instance of the function. Bodies pass through unread. */
@Injectable()
export class FunctionCallServer implements OnApplicationBootstrap {
  constructor(
    @Inject(FunctionProvider) private readonly functions: FunctionProvider,
    private readonly host: HttpAdapterHost,
  ) {}

  onApplicationBootstrap(): void {
    const fastify = this.host.httpAdapter.getInstance<FastifyInstance>();
    serveRaw(fastify, ['/function', '/function/*'], (request, reply) => this.#call(request, reply));
  }

  async #call({ raw: request }: FastifyRequest, reply: FastifyReply): Promise<void> {
    const read = readFunctionTarget(request);
    if ('unusable' in read) return sendRefusal(reply, unusableName(read.unusable));
    const { address, functionName, path, query } = read.target;
    const call = { request, response: reply.raw, path, query };
    const failure = await this.functions.dispatch(address, call, clientGoneSignal(reply.raw));
    if (failure) return sendRefusal(reply, refusalOfCall(functionName, failure));
    reply.hijack();
  }
}
