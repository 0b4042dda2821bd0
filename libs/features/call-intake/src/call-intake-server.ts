import type { IncomingMessage } from 'node:http';

import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { serveRaw } from '@later/http-kit';
import { laterHeaders, type CallId } from '@later/job-schema';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import { acceptCall, type AcceptCall } from './accept-call.js';
import { readCallTarget, type CallTarget } from './call-target.js';
import { identifyCall } from './identify-call.js';
import { proxyCall, type ProxyCall } from './proxy-call.js';
import { refusals, type Refusal } from './refusal.js';

export const CALL_INTAKE = Symbol('what call intake works with');

/** `/function/NAME` and `/async-function/NAME`. Works on Node's request and response: bodies are never parsed. */
@Injectable()
export class CallIntakeServer implements OnApplicationBootstrap {
  constructor(
    @Inject(CALL_INTAKE) private readonly intake: AcceptCall & ProxyCall,
    private readonly host: HttpAdapterHost,
  ) {}

  onApplicationBootstrap(): void {
    const fastify = this.host.httpAdapter.getInstance<FastifyInstance>();
    serveRaw(fastify, ['/function', '/function/*'], (request, reply) => this.#callNow(request, reply));
    serveRaw(fastify, ['/async-function', '/async-function/*'], (request, reply) => this.#callLater(request, reply));
  }

  async #callNow({ raw: request }: FastifyRequest, reply: FastifyReply): Promise<void> {
    const call = readCall(request);
    if ('refusal' in call) return refuse(reply, call.refusal);
    const fn = await this.intake.functions.find(call.target.address);
    if (!fn) return refuse(reply, refusals.unknownFunction(call.target.functionName));
    const refusal = await proxyCall(this.intake, { ...call, fn }, { request, response: reply.raw });
    if (refusal) return refuse(reply, refusal, { [laterHeaders.callId]: call.callId });
    reply.hijack();
  }

  async #callLater({ raw: request }: FastifyRequest, reply: FastifyReply): Promise<void> {
    const call = readCall(request);
    if ('refusal' in call) return refuse(reply, call.refusal);
    const acceptance = await acceptCall(this.intake, call, request);
    if ('refusal' in acceptance) return refuse(reply, acceptance.refusal);
    const { callId, acceptedAtNs } = acceptance.accepted;
    await reply
      .status(202)
      .headers({ [laterHeaders.callId]: callId, [laterHeaders.startTime]: acceptedAtNs, 'Content-Length': 0 })
      .send();
  }
}

type Call = { readonly target: CallTarget; readonly callId: CallId };

function readCall(request: IncomingMessage): Call | { readonly refusal: Refusal } {
  const named = readCallTarget(request);
  return 'refusal' in named ? named : { ...named, ...identifyCall(request) };
}

async function refuse(reply: FastifyReply, { status, text, headers }: Refusal, more = {}): Promise<void> {
  await reply
    .status(status)
    .headers({ 'Content-Type': 'text/plain; charset=utf-8', ...headers, ...more })
    .send(`${text}\n`);
}
