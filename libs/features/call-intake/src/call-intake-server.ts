import type { IncomingMessage } from 'node:http';

import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { serveRaw } from '@later/http-kit';
import { readTimeout } from '@later/provider-client';
import type { CallId, FunctionAddress } from '@later/job-schema';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import { acceptCall, type AcceptCall } from './accept-call.js';
import { readCallTarget, type CallTarget } from './call-target.js';
import { findFunction, wakeForCall } from './find-function.js';
import { callHeaders } from './forwarded.js';
import { identifyCall } from './identify-call.js';
import { proxyCall, type ProxyCall } from './proxy-call.js';
import { refusals, type Refusal } from './refusal.js';
import { startTimeNs } from './start-time.js';

/** What keeps count of the calls that were taken, where there is such a thing. */
export interface CountCalls {
  readonly counts?: { count(address: FunctionAddress): void } | undefined;
}

export const CALL_INTAKE = Symbol('what call intake works with');

/** `/function/NAME` and `/async-function/NAME`. Works on Node's request and response: bodies are never parsed. */
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
    if ('refusal' in call) return refuse(reply, call.refusal);
    const found = await findFunction(this.intake.functions, call.target, 502);
    if ('refusal' in found) return refuse(reply, found.refusal, call);
    this.intake.counts?.count(call.target.address);
    const refusal =
      (await wakeForCall(found.fn, call.target, reply.raw)) ??
      (await proxyCall(this.intake, { ...call, ...found }, { request, response: reply.raw }));
    if (refusal === undefined || refusal === 'client-gone') reply.hijack();
    else await refuse(reply, refusal, call);
  }

  async #callLater({ raw: request }: FastifyRequest, reply: FastifyReply): Promise<void> {
    const call = readCall(request);
    if ('refusal' in call) return refuse(reply, call.refusal);
    const acceptance = await acceptCall(this.intake, call, request);
    if ('refusal' in acceptance) return refuse(reply, acceptance.refusal, call);
    this.intake.counts?.count(call.target.address);
    await reply
      .status(202)
      .headers({ ...identityOf(call), 'Content-Length': 0 })
      .send();
  }
}

interface Call {
  readonly target: CallTarget;
  readonly callId: CallId;
  readonly acceptedAtNs: string;
}

function readCall(request: IncomingMessage): Call | { readonly refusal: Refusal } {
  const named = readCallTarget(request);
  if ('refusal' in named) return named;
  const fault = faultOfTimeout(request);
  return fault ? { refusal: fault } : { ...named, ...identifyCall(request), acceptedAtNs: startTimeNs() };
}

/** One that cannot be read is not passed over: the caller would wait longer than it wants to. */
function faultOfTimeout({ headers }: IncomingMessage): Refusal | undefined {
  const asked = headers['x-timeout']?.toString();
  return asked === undefined || readTimeout(asked) !== undefined ? undefined : refusals.badTimeout(asked);
}

/** On every answer to a call, whoever gives it: by these its caller asks about it. */
const identityOf = ({ callId, acceptedAtNs }: Call) => Object.fromEntries(callHeaders(callId, acceptedAtNs));

async function refuse(reply: FastifyReply, { status, text, headers }: Refusal, call?: Call): Promise<void> {
  await reply
    .status(status)
    .headers({ 'Content-Type': 'text/plain; charset=utf-8', ...headers, ...(call && identityOf(call)) })
    .send(`${text}\n`);
}
