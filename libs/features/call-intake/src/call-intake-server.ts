import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { sendRefusal, serveRaw, type Refusal } from '@later/http-kit';
import type { FunctionAddress } from '@later/job-schema';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import { acceptCall, type AcceptCall } from './accept-call.js';
import { findFunction, wakeForCall } from './find-function.js';
import { proxyCall, type ProxyCall } from './proxy-call.js';
import { identityOf, readCall, type Call } from './read-call.js';

/** The counter of the taken calls, in a gateway that counts them. */
export interface CountCalls {
  readonly counts?: { count(address: FunctionAddress): void } | undefined;
}

export const CALL_INTAKE = Symbol('the dependencies of call intake');

/** Serves `/function/NAME` and `/async-function/NAME` on Node's request and response: bodies are never parsed. */
@Injectable()
export class CallIntakeServer implements OnApplicationBootstrap {
  constructor(
    @Inject(CALL_INTAKE) private readonly intake: AcceptCall & ProxyCall & CountCalls,
    private readonly host: HttpAdapterHost,
  ) {}

  onApplicationBootstrap(): void {
    const fastify = this.host.httpAdapter.getInstance<FastifyInstance>();
    serveRaw(fastify, ['/function', '/function/*'], (request, reply) => this.#callNow(request, reply));
    serveRaw(fastify, ['/async-function', '/async-function/*'], (request, reply) => this.#callLater(request, reply));
  }

  async #callNow({ raw: request }: FastifyRequest, reply: FastifyReply): Promise<void> {
    const call = readCall(request);
    if ('refusal' in call) return sendRefusal(reply, call.refusal);
    const found = await findFunction(this.intake.functions, call.target, 502);
    if ('refusal' in found) return refuseCall(reply, found.refusal, call);
    this.intake.counts?.count(call.target.address);
    const refusal =
      (await wakeForCall(found.fn, call.target, reply.raw)) ??
      (await proxyCall(this.intake, { ...call, ...found }, { request, response: reply.raw }));
    if (refusal === undefined || refusal === 'client-gone') reply.hijack();
    else await refuseCall(reply, refusal, call);
  }

  async #callLater({ raw: request }: FastifyRequest, reply: FastifyReply): Promise<void> {
    const call = readCall(request);
    if ('refusal' in call) return sendRefusal(reply, call.refusal);
    const acceptance = await acceptCall(this.intake, call, request);
    if ('refusal' in acceptance) return refuseCall(reply, acceptance.refusal, call);
    this.intake.counts?.count(call.target.address);
    await reply
      .status(202)
      .headers({ ...identityOf(call), 'Content-Length': 0 })
      .send();
  }
}

const refuseCall = (reply: FastifyReply, refusal: Refusal, call: Call): Promise<void> =>
  sendRefusal(reply, { ...refusal, headers: { ...refusal.headers, ...identityOf(call) } });
