import { Inject, Module, type BeforeApplicationShutdown, type DynamicModule } from '@nestjs/common';
import { version as ours } from '@later/service-kit';

import { FUNCTION_ADMIN, type FunctionAdmin, type FunctionAdminOptions } from './function-admin.js';
import { FunctionAdminServer } from './function-admin-server.js';

/** `/system/*` of a gateway: what `faas-cli` and the rest of OpenFaaS's world manage functions with. */
@Module({})
export class FunctionAdminModule implements BeforeApplicationShutdown {
  static of({ version = ours, ...options }: FunctionAdminOptions): DynamicModule {
    const system: FunctionAdmin = { ...options, version, closing: new AbortController() };
    return {
      module: FunctionAdminModule,
      providers: [{ provide: FUNCTION_ADMIN, useValue: system }, FunctionAdminServer],
    };
  }

  constructor(@Inject(FUNCTION_ADMIN) private readonly system: FunctionAdmin) {}

  /** Logs that are followed have no end of their own. */
  beforeApplicationShutdown(): void {
    this.system.closing.abort(new Error('The gateway stops'));
  }
}
