import { Inject, Module, type DynamicModule, type OnApplicationShutdown } from '@nestjs/common';
import { callingAgent } from '@later/http-kit';
import type { Logger } from '@later/service-kit';

import type { CallbackDispatchConfig } from './callback-dispatch-config.js';
import { CALLBACK_DISPATCH, CallbackController } from './callback.controller.js';
import type { SendCallback } from './send-callback.js';

/** Posts results to callback URLs. */
@Module({})
export class CallbackDispatchModule implements OnApplicationShutdown {
  static of({ config, log }: { config: CallbackDispatchConfig; log: Logger }): DynamicModule {
    const dispatcher: SendCallback = {
      log,
      http: callingAgent(),
      timeoutMs: config.CALLBACK_TIMEOUT,
      schedule: config.CALLBACK_RETRY_SCHEDULE,
      gatewayUrl: config.GATEWAY_URL,
    };
    return {
      module: CallbackDispatchModule,
      controllers: [CallbackController],
      providers: [{ provide: CALLBACK_DISPATCH, useValue: dispatcher }],
    };
  }

  constructor(@Inject(CALLBACK_DISPATCH) private readonly dispatcher: SendCallback) {}

  async onApplicationShutdown(): Promise<void> {
    await this.dispatcher.http.close();
  }
}
