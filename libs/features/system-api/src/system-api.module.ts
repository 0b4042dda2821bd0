import { Inject, Module, type BeforeApplicationShutdown, type DynamicModule } from '@nestjs/common';
import { version as ours } from '@later/service-kit';

import { SYSTEM_API, type SystemApi, type SystemApiOptions } from './system-api.js';
import { SystemApiServer } from './system-api-server.js';

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
