import { redisServer, startBroker } from '@later/testing';
import { describeTransport } from '@later/transport-conformance';

import { connectBullMq } from './connect.js';

const ackWaitMs = 1_500;

describeTransport({
  name: 'bullmq',
  ackWaitMs,
  takeoverMs: 5_000,
  startBackend: async () => {
    const broker = await startBroker(redisServer);
    const config = { url: broker.url, ackWaitMs };
    return {
      ...broker,
      connect: () => connectBullMq(config),
      driver: { module: new URL('../dist/index.js', import.meta.url).href, connect: 'connectBullMq', config },
    };
  },
});
