import { Catch, HttpException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply } from 'fastify';

import type { Refusal } from './refusal.js';
import { refusalOfError } from './refusal-of-error.js';
import { sendRefusal } from './write-refusal.js';

/** The answer to a defect. The error itself is only in the log. */
const defect: Refusal = { status: 500, text: 'This should not have happened; see the log.' };

/** Turns every error that a controller throws into its refusal. Logs each defect. */
@Catch()
export class RefusalsFilter implements ExceptionFilter {
  /** @param refusalOf the refusals of errors that only this app knows */
  constructor(
    private readonly log: { error(fields: object, message: string): void },
    private readonly refusalOf: (error: unknown) => Refusal | undefined = () => undefined,
  ) {}

  async catch(error: unknown, host: ArgumentsHost): Promise<void> {
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const refusal = this.refusalOf(error) ?? refusalOfError(error) ?? refusalOfNest(error) ?? defect;
    if (refusal.status === 500) this.log.error({ error }, 'Could not answer');
    if (!reply.sent) await sendRefusal(reply, refusal);
  }
}

/** Nest throws an exception of its own where no controller has the path. */
function refusalOfNest(error: unknown): Refusal | undefined {
  if (!(error instanceof HttpException) || error.getStatus() === 500) return undefined;
  return { status: error.getStatus(), text: error.message };
}
