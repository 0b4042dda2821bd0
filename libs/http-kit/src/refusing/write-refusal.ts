import type { ServerResponse } from 'node:http';

import type { FastifyReply } from 'fastify';

import { refusalBody, refusalContentType, type Refusal } from './refusal.js';

/** Writes a refusal to a response of Node. */
export function writeRefusal(response: ServerResponse, refusal: Refusal): void {
  response
    .writeHead(refusal.status, { 'Content-Type': refusalContentType, ...refusal.headers })
    .end(refusalBody(refusal));
}

/** Sends a refusal as the reply of Fastify. */
export async function sendRefusal(reply: FastifyReply, refusal: Refusal): Promise<void> {
  await reply
    .status(refusal.status)
    .headers({ 'Content-Type': refusalContentType, ...refusal.headers })
    .send(refusalBody(refusal));
}
