import type { ServerResponse } from 'node:http';

import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { readFunctionTarget, serveRaw } from '@later/http-kit';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import { FunctionProvider, type CallFailure } from '../deploying/function-provider.js';

/** How soon to come back where an instance may be free or started by then, in s. */
const comeBackAfterSeconds = '1';

/** `/function/NAME`: hands a call to one of the function's instances. Bodies pass through unread. */
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
    if ('unusable' in read) return refuse(reply, 404, `"${printable(read.unusable)}" cannot be a function's name.`);
    const { address, functionName, path, query } = read.target;
    const call = { request, response: reply.raw, path, query };
    const none = await this.functions.dispatch(address, call, abortedWith(reply.raw));
    if (none) return refuseWithout(reply, functionName, none);
    reply.hijack();
  }
}

/** Aborts when whoever asked does not wait for the answer any more. */
function abortedWith(response: ServerResponse): AbortSignal {
  const gone = new AbortController();
  // Every response closes in the end; to abort after the last word would cost each call an error that nobody reads.
  response.once('close', () => response.writableFinished || gone.abort(new Error('The client went away')));
  return gone.signal;
}

function refuseWithout(reply: FastifyReply, name: string, none: CallFailure): Promise<void> {
  const { status, text } = refusalOf(name, none);
  if (status === 429 || status === 503) reply.header('Retry-After', comeBackAfterSeconds);
  return refuse(reply, status, text);
}

function refusalOf(name: string, none: CallFailure) {
  if (none === 'unknown') return { status: 404, text: `Function "${name}" is not deployed here.` };
  switch (none.kind) {
    case 'busy':
      return { status: 429, text: `Function "${name}" has as many calls in flight as its max_inflight allows.` };
    case 'not-ready':
      return { status: 503, text: `Function "${name}" is not ready: ${none.reason}.` };
    case 'cannot-start':
      // Why may be in its own words, and those are not for every caller.
      return { status: 502, text: `Function "${name}" cannot be called: it did not start. Its log says why.` };
  }
}

/** What nobody read of the body Node throws away, so that the connection can be used again. */
async function refuse(reply: FastifyReply, status: number, text: string): Promise<void> {
  await reply.status(status).type('text/plain; charset=utf-8').send(`${text}\n`);
}

/** Names come from strangers and are shown in terminals. */
const printable = (name: string): string => name.slice(0, 100).replaceAll(/[^\x20-\x7e]/g, '?');
