import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { createLogger, processConfig, RunningService } from '@later/service-kit';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { functionProviderConfig, stackConfig } from '@later/function-provider';
import { containerRuntimeConfig } from '@later/runtime-container';
import { startProvider } from './start-provider.js';

let folder: string;
let service: RunningService;
let url: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'later-provider-'));
  // Longer than the time limit of a test: a stop that waits for the grace period fails.
  const config = processConfig.parse({ LOG_LEVEL: 'silent', SHUTDOWN_GRACE: '10m' });
  const never = new AbortController().signal;
  service = new RunningService(createLogger(config), 'provider', config, never);
  const listening = await startProvider(
    {
      config: functionProviderConfig.parse({ DATA_DIR: folder }),
      containers: containerRuntimeConfig.parse({}),
      stack: stackConfig.parse({ FUNCTIONS_FILE: join(folder, 'functions.yml') }),
      listen: { HOST: '127.0.0.1', PORT: 0 },
      auth: undefined,
      queues: { depth: async () => ({ waiting: 0, inFlight: 0, deadLetters: 0, lanes: new Map() }) },
    },
    service,
  );
  url = listening.url;
});
afterEach(async () => {
  await service.stopAll();
  await rm(folder, { recursive: true, force: true });
});

test('stopping does not wait for a client that follows a log, and ends its response properly', async () => {
  const aFunction = { service: 'figlet', image: 'x', annotations: { 'later.dev/upstream': 'http://127.0.0.1:9' } };
  expect((await fetch(`${url}/system/functions`, { method: 'POST', body: JSON.stringify(aFunction) })).status).toBe(
    202,
  );
  const following = await fetch(`${url}/system/logs?name=figlet&follow=1`);
  await service.stopAll();
  await expect(following.text()).resolves.toBeTypeOf('string');
});
