import { Controller, Get, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';

import { Readiness } from './readiness.js';

/** `/healthz` says that the process is alive. `/readyz` says whether it may receive work, with the reason if not. */
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
