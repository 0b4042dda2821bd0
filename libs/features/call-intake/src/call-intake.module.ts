import { Inject, Module, type DynamicModule, type OnApplicationShutdown } from '@nestjs/common';
import type { FunctionDirectory } from '@later/provider-client';
import { callingAgent } from '@later/http-kit';
import type { Logger } from '@later/service-kit';
import type { Agent } from 'undici';

import { bytesBesideBody, type JobPublisher } from './accept-call.js';
import type { CallIntakeConfig } from './call-intake-config.js';
import { CALL_INTAKE, CallIntakeServer, type CountCalls } from './call-intake-server.js';
import { IntakeMemory } from './intake-memory.js';

export interface CallIntakeOptions extends CountCalls {
  readonly config: CallIntakeConfig;
  readonly functions: FunctionDirectory;
  readonly jobs: JobPublisher;
  readonly log: Logger;
  /** The provider's URL: calls through the provider wait a moment while it restarts. */
  readonly providerUrl?: string;
}

/** Accepts calls: forwards the synchronous ones, stores the asynchronous ones. */
@Module({})
export class CallIntakeModule implements OnApplicationShutdown {
  static of({ config, functions, jobs, log, counts, providerUrl }: CallIntakeOptions): DynamicModule {
    const http = callingAgent(providerUrl === undefined ? {} : { restarts: new URL(providerUrl).origin });
    const intake = {
      functions,
      jobs,
      log,
      counts,
      http,
      maxBodyBytes: config.MAX_BODY_BYTES,
      memory: new IntakeMemory(Math.max(config.MAX_INTAKE_BYTES, config.MAX_BODY_BYTES + bytesBesideBody)),
      timeoutMs: config.UPSTREAM_TIMEOUT,
    };
    return {
      module: CallIntakeModule,
      providers: [{ provide: CALL_INTAKE, useValue: intake }, CallIntakeServer],
    };
  }

  constructor(@Inject(CALL_INTAKE) private readonly intake: { readonly http: Agent }) {}

  async onApplicationShutdown(): Promise<void> {
    await this.intake.http.close();
  }
}
