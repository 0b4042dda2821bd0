import { Controller, Inject } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import { queueNames } from '@later/job-schema';
import type { Delivery, Outcome } from '@later/transport-contract';

import { runJob, type RunJob } from './run-job.js';

export const JOB_EXECUTION = Symbol('dependencies of job execution');

/** Receives the deliveries of the calls queue. */
@Controller()
export class JobController {
  constructor(@Inject(JOB_EXECUTION) private readonly worker: RunJob) {}

  @EventPattern(queueNames.calls)
  run(@Payload() delivery: Delivery): Promise<Outcome> {
    return runJob(this.worker, delivery);
  }
}
