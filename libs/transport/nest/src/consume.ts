import type { RunningService } from '@later/service-kit';
import type { SubscribeOptions, Transport } from '@later/transport-contract';
import type { INestApplication } from '@nestjs/common';
import { NestMicroservice, type MicroserviceOptions } from '@nestjs/microservices';

import { ErrorsAsTheyAre } from './errors-as-they-are.js';
import { TransportServer } from './transport-server.js';

/**
 * Lets an app's `@EventPattern` controllers consume queues until the process stops, which drains them before anything
 * else.
 */
export const consume =
  (service: RunningService, transport: Transport, queues: Readonly<Record<string, SubscribeOptions>>) =>
  async (app: INestApplication): Promise<void> => {
    const strategy = new TransportServer(transport, { queues, drainGraceMs: service.process.SHUTDOWN_GRACE });
    const server = app.connectMicroservice<MicroserviceOptions>({ strategy }, { deferInitialization: true });
    server.useGlobalFilters(new ErrorsAsTheyAre());
    // The app has called its modules' hooks; a deferred server would call them again.
    if (server instanceof NestMicroservice) server.setIsInitHookCalled(true);
    await app.startAllMicroservices();
    service.onStop('deliveries', () => strategy.close());
  };
