import { Inject, Module, type DynamicModule, type OnApplicationShutdown } from '@nestjs/common';
import type { FunctionDirectory } from '@later/provider-client';
import { callingAgent } from '@later/http-kit';
import type { Logger } from '@later/service-kit';

import type { CallbackPublisher } from './hand-over-callback.js';
import type { JobExecutionConfig } from './job-execution-config.js';
import { JOB_EXECUTION, JobController } from './job.controller.js';
import type { RunJob } from './run-job.js';

export interface JobExecutionOptions {
  readonly config: JobExecutionConfig;
  readonly functions: FunctionDirectory;
  readonly callbacks: CallbackPublisher;
  readonly log: Logger;
}

/** Runs the jobs of the calls queue. */
@Module({})
export class JobExecutionModule implements OnApplicationShutdown {
  static of({ config, functions, callbacks, log }: JobExecutionOptions): DynamicModule {
    const worker: RunJob = {
      functions,
      callbacks,
      log,
      http: callingAgent(),
      timeoutMs: config.UPSTREAM_TIMEOUT,
      maxResultBytes: config.MAX_RESULT_BYTES,
    };
    return {
      module: JobExecutionModule,
      controllers: [JobController],
      providers: [{ provide: JOB_EXECUTION, useValue: worker }],
    };
  }

  constructor(@Inject(JOB_EXECUTION) private readonly worker: RunJob) {}

  async onApplicationShutdown(): Promise<void> {
    await this.worker.http.close();
  }
}
