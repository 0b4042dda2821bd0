import { All, Controller, Inject, Req, Res } from '@nestjs/common';
import { laterHeaders } from '@later/job-schema';
import type { FastifyReply, FastifyRequest } from 'fastify';

import { acceptCall, type AcceptCall } from './accept-call.js';
import { readCallTarget } from './call-target.js';
import { identifyCall } from './identify-call.js';
import { proxyCall, type ProxyCall } from './proxy-call.js';
import { refusals, type Refusal } from './refusal.js';

export const CALL_INTAKE = Symbol('what call intake works with');

/** `/function/NAME` and `/async-function/NAME`. Works on Node's request and response: bodies are never parsed. */
@Controller()
export class CallIntakeController {
  constructor(@Inject(CALL_INTAKE) private readonly intake: AcceptCall & ProxyCall) {}

  @All(['function', 'function/*'])
  async callNow(@Req() { raw: request }: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const call = { ...readCallTarget(request.url ?? ''), ...identifyCall(request) };
    if ('refusal' in call) return refuse(reply, call.refusal);
    const fn = await this.intake.functions.find(call.target.address);
    if (!fn) return refuse(reply, refusals.unknownFunction(call.target.functionName));
    const refusal = await proxyCall(this.intake, { ...call, fn }, { request, response: reply.raw });
    if (refusal) return refuse(reply, refusal, { [laterHeaders.callId]: call.callId });
    reply.hijack();
  }

  @All(['async-function', 'async-function/*'])
  async callLater(@Req() { raw: request }: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const call = { ...readCallTarget(request.url ?? ''), ...identifyCall(request) };
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

async function refuse(reply: FastifyReply, { status, text, headers }: Refusal, more = {}): Promise<void> {
  await reply
    .status(status)
    .headers({ 'Content-Type': 'text/plain; charset=utf-8', ...headers, ...more })
    .send(`${text}\n`);
}
