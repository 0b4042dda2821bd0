import { Inject, Module, type BeforeApplicationShutdown, type DynamicModule } from '@nestjs/common';
import { version as ours } from '@later/service-kit';

import { FUNCTION_ADMIN, type FunctionAdmin, type FunctionAdminOptions } from './function-admin.js';
import { FunctionAdminServer } from './function-admin-server.js';

/** The management API `/system/*` of a gateway, for `faas-cli` and other clients of OpenFaaS. */
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

  /** A followed log has no end of its own. */
  beforeApplicationShutdown(): void {
    this.system.closing.abort(new Error('The gateway stops'));
  }
}
