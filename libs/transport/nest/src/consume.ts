import type { RunningService } from '@later/service-kit';
import type { SubscribeOptions, Transport } from '@later/transport-contract';
import type { INestApplication } from '@nestjs/common';
import { NestMicroservice, type MicroserviceOptions } from '@nestjs/microservices';

import { PassErrorsThrough } from './pass-errors-through.js';
import { TransportServer } from './transport-server.js';

/** Lets an app's `@EventPattern` controllers consume queues until the process stops; the stop drains them first. */
export const consume =
  (service: RunningService, transport: Transport, queues: Readonly<Record<string, SubscribeOptions>>) =>
  async (app: INestApplication): Promise<void> => {
    const strategy = new TransportServer(transport, { queues, drainGraceMs: service.process.SHUTDOWN_GRACE });
    const server = app.connectMicroservice<MicroserviceOptions>({ strategy }, { deferInitialization: true });
    server.useGlobalFilters(new PassErrorsThrough());
    // The app has called the hooks of its modules already; a deferred server would call them a second time.
    if (server instanceof NestMicroservice) server.setIsInitHookCalled(true);
    await app.startAllMicroservices();
    service.onStop('deliveries', () => strategy.close());
  };
