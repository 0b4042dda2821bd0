import { Module, type DynamicModule } from '@nestjs/common';

import { HealthController } from './health.controller.js';
import { Readiness, READINESS_CHECKS, STOPPING, type ReadinessCheck } from './readiness.js';

/** Gives an app `/healthz` and `/readyz`. */
@Module({})
export class HealthModule {
  static of(stopping: AbortSignal, checks: readonly ReadinessCheck[]): DynamicModule {
    return {
      module: HealthModule,
      controllers: [HealthController],
      providers: [
        Readiness,
        { provide: READINESS_CHECKS, useValue: checks },
        { provide: STOPPING, useValue: stopping },
      ],
    };
  }
}
