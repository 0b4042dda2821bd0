import { natsServer, startBroker } from '@later/testing';
import { describeTransport } from '@later/transport-conformance';

import { connectNats } from './connect.js';

const ackWaitMs = 1_000;

describeTransport({
  name: 'nats',
  ackWaitMs,
  takeoverMs: 1_000,
  startBackend: async () => {
    const broker = await startBroker(natsServer);
    const config = { url: broker.url, ackWaitMs };
    return {
      ...broker,
      connect: () => connectNats(config),
      driver: { module: new URL('../dist/index.js', import.meta.url).href, connect: 'connectNats', config },
    };
  },
});
