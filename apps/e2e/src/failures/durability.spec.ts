import { eventually, redisServer, startApp, startBroker, transportNames } from '@later/testing';
import { expect, test } from 'vitest';

/** A Redis with its default settings, which keep nothing. */
const forgetful = {
  ...redisServer,
  args: (place: Parameters<typeof redisServer.args>[0]) =>
    redisServer.args(place).map((argument) => (argument === 'yes' ? 'no' : argument)),
};

test.runIf(transportNames.includes('bullmq'))(
  'an app refuses to start on a broker that would lose calls, names the setting, and starts with DURABILITY=none',
  async () => {
    const redis = await startBroker(forgetful);
    try {
      const env = { TRANSPORT: 'bullmq', REDIS_URL: redis.url, PORT: '0' };
      const refused = startApp('gateway', env);
      expect(await refused.exited).toBe(78);
      expect(refused.log.at(-1)?.msg).toContain('appendonly');
      const allowed = startApp('gateway', { ...env, DURABILITY: 'none' });
      await eventually(() => allowed.url('gateway') !== '', 30_000);
      await allowed.kill();
    } finally {
      await redis.stop();
    }
  },
);
