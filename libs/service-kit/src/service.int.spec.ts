import { expect, test } from 'vitest';

import { createLogger } from './logger.js';
import { RunningService } from './service.js';

const fetchStatus = (url: string): Promise<number> =>
  fetch(url, { headers: { Connection: 'close' } }).then(
    ({ status }) => status,
    () => 0,
  );

test('during SHUTDOWN_DELAY, requests are accepted after SIGTERM while /readyz fails', async () => {
  const stopping = new AbortController();
  const log = createLogger({ LOG_LEVEL: 'silent' });
  const service = new RunningService(log, 'shop', { LOG_LEVEL: 'silent', SHUTDOWN_GRACE: 5_000 }, stopping.signal);
  const listen = { HOST: '127.0.0.1', PORT: 0, SHUTDOWN_DELAY: 1_000 };
  const { url } = await service.serve('shop', { imports: [], listen });
  expect(await fetchStatus(`${url}/readyz`)).toBe(200);
  stopping.abort();
  const stopped = service.stopAll();
  expect(await fetchStatus(`${url}/readyz`)).toBe(503);
  expect(await fetchStatus(`${url}/healthz`)).toBe(200);
  await stopped;
  expect(await fetchStatus(`${url}/healthz`)).toBe(0);
});
