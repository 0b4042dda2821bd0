import { JobExecutionModule, jobExecutionConfig, jobSubscription, type JobExecutionConfig } from '@later/job-execution';
import type { FunctionDirectory } from '@later/provider-client';
import type { Logger } from '@later/service-kit';
import type { Transport } from '@later/transport-contract';
import type { Role } from '@later/transport-nest';

/** The queue-worker's own section of the configuration. */
export const queueWorkerConfig = { execution: jobExecutionConfig };

export interface QueueWorkerOptions {
  readonly execution: JobExecutionConfig;
  readonly transport: Transport;
  readonly functions: FunctionDirectory;
  readonly log: Logger;
}

/** Takes jobs from the calls queue and invokes functions. */
export const queueWorkerRole = ({ execution, transport, functions, log }: QueueWorkerOptions): Role => ({
  imports: [JobExecutionModule.of({ config: execution, functions, callbacks: transport, log })],
  queues: jobSubscription(execution, log),
});
