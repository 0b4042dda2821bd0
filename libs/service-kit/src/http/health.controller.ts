import { Controller, Get, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';

import { Readiness } from './readiness.js';

/** `/healthz`: the process is alive. `/readyz`: it may be sent work, and if not, why. */
@Controller()
export class HealthController {
  constructor(private readonly readiness: Readiness) {}

  @Get('healthz')
  healthz(): string {
    return 'OK';
  }

  @Get('readyz')
  async readyz(@Res() reply: FastifyReply): Promise<void> {
    const { ready, details } = await this.readiness.report();
    await reply.status(ready ? 200 : 503).send({ ready, ...details });
  }
}
