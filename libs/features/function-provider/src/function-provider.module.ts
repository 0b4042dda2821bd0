import { Module, type DynamicModule } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { RefusalsFilter } from '@later/http-kit/nest';
import type { Logger } from '@later/service-kit';
import { FunctionLogs } from '@later/function-logs';

import { FunctionsController } from './api/functions.controller.js';
import { InfoController, PROVIDER_INFO } from './api/info.controller.js';
import { LogsController } from './api/logs.controller.js';
import { NamespacesController } from './api/namespaces.controller.js';
import { refusalOfChange } from './api/refusal-of-change.js';
import { SecretsController } from './api/secrets.controller.js';
import { FunctionCallServer } from './calling/function-call-server.js';
import { FunctionProvider } from './deploying/function-provider.js';
import { NamespaceStore } from './deploying/namespace-store.js';
import { SecretStore } from './deploying/secret-store.js';
import type { OpenProvider } from './open-provider.js';

/** Serves the provider's REST API and `/function/NAME` (OpenFaaS contract, System). */
@Module({})
export class FunctionProviderModule {
  static of({ functions, state, logs, info }: OpenProvider, log: Logger): DynamicModule {
    return {
      module: FunctionProviderModule,
      controllers: [FunctionsController, SecretsController, NamespacesController, LogsController, InfoController],
      providers: [
        { provide: FunctionProvider, useValue: functions },
        { provide: FunctionLogs, useValue: logs },
        { provide: SecretStore, useValue: new SecretStore(state) },
        { provide: NamespaceStore, useValue: new NamespaceStore(state, functions) },
        { provide: PROVIDER_INFO, useValue: info },
        { provide: APP_FILTER, useValue: new RefusalsFilter(log, refusalOfChange) },
        FunctionCallServer,
      ],
    };
  }
}
