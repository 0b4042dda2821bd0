import { Catch, HttpException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { BodyBrokeOffError, BodyTooLargeError, InvalidRequestError } from '@later/http-kit';
import type { Logger } from '@later/service-kit';
import type { FastifyReply } from 'fastify';

import { ConflictError, NotFoundError } from '../deploying/change-errors.js';

/** Turns what was thrown into the answer that tells of it, as text: clients print it as it is. */
@Catch()
export class RefusalsFilter implements ExceptionFilter {
  constructor(private readonly log: Logger) {}

  async catch(error: unknown, host: ArgumentsHost): Promise<void> {
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const status = statusOf(error);
    if (status === 500) this.log.error({ error }, 'Could not answer');
    const text =
      error instanceof Error && status !== 500 ? error.message : 'This should not have happened; see the log.';
    if (reply.sent) return;
    await reply.status(status).type('text/plain; charset=utf-8').send(`${text}\n`);
  }
}

function statusOf(error: unknown): number {
  if (error instanceof NotFoundError || error instanceof ConflictError) return error.status;
  if (error instanceof InvalidRequestError || error instanceof BodyBrokeOffError) return 400;
  if (error instanceof BodyTooLargeError) return 413;
  return error instanceof HttpException ? error.getStatus() : 500;
}
