import { Inject, Module, type BeforeApplicationShutdown, type DynamicModule } from '@nestjs/common';
import type { ProviderClient, ProviderDirectory } from '@later/function-routing';
import { version as ours, type Logger } from '@later/service-kit';

import type { InvocationCounts } from './passing/counted-status.js';
import type { Version } from './passing/merged-info.js';
import { SYSTEM_API, type SystemApi } from './system-api.js';
import { SystemApiServer } from './system-api-server.js';

export interface SystemApiOptions {
  readonly provider: ProviderClient;
  /** Told of what is changed through here, so that this gateway's own calls see it at once. */
  readonly directory: Pick<ProviderDirectory, 'expire' | 'expireAll' | 'forget'>;
  readonly log: Logger;
  /** What this gateway has counted itself, for the functions' `invocationCount`. */
  readonly invocations?: InvocationCounts;
  readonly version?: Version;
}

/** `/system/*` of a gateway: what `faas-cli` and the rest of OpenFaaS's world manage functions with. */
@Module({})
export class SystemApiModule implements BeforeApplicationShutdown {
  static of({ version = ours, ...options }: SystemApiOptions): DynamicModule {
    const system: SystemApi = { ...options, version, closing: new AbortController() };
    return {
      module: SystemApiModule,
      providers: [{ provide: SYSTEM_API, useValue: system }, SystemApiServer],
    };
  }

  constructor(@Inject(SYSTEM_API) private readonly system: SystemApi) {}

  /** Logs that are followed have no end of their own. */
  beforeApplicationShutdown(): void {
    this.system.closing.abort(new Error('The gateway stops'));
  }
}
