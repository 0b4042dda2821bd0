import { DurabilityError, type Durability } from '@later/transport-contract';
import type { Redis } from 'ioredis';

/** What may be asked for. */
export type AskedDurability = Exclude<Durability, 'unknown'>;

/** The settings of Redis that decide what survives what. */
export interface RedisPersistence {
  readonly appendonly: string;
  readonly appendfsync: string;
  readonly maxmemoryPolicy: string;
}

const order: readonly AskedDurability[] = ['none', 'crash', 'power'];

const remedies: Record<string, string> = {
  'appendonly no': 'Set "appendonly yes" in redis.conf, or ask for less.',
  'appendfsync everysec': 'Set "appendfsync always" in redis.conf, or ask for less.',
  'appendfsync no': 'Set "appendfsync always" in redis.conf, or ask for less.',
};

/**
 * The level that these settings give.
 * @throws DurabilityError when it is less than asked, or when Redis would drop jobs to make room
 */
export function judgeDurability(settings: RedisPersistence, asked: AskedDurability): Durability {
  const { appendonly, appendfsync, maxmemoryPolicy } = settings;
  if (maxmemoryPolicy !== 'noeviction') {
    const remedy = 'It makes Redis drop jobs when memory runs short. Set "maxmemory-policy noeviction" in redis.conf.';
    throw new DurabilityError(`maxmemory-policy ${maxmemoryPolicy}`, asked, remedy);
  }
  const given = appendonly !== 'yes' ? 'none' : appendfsync === 'always' ? 'power' : 'crash';
  if (order.indexOf(given) >= order.indexOf(asked)) return given;
  const setting = given === 'none' ? `appendonly ${appendonly}` : `appendfsync ${appendfsync}`;
  throw new DurabilityError(setting, asked, remedies[setting] ?? 'Ask for less.');
}

/** Asks a server for its level; `unknown` where it keeps its settings to itself, as managed ones do. */
export async function checkDurability(redis: Redis, asked: AskedDurability): Promise<Durability> {
  const setting = async (name: string): Promise<string> => String(((await redis.config('GET', name)) as unknown[])[1]);
  let settings: RedisPersistence;
  try {
    const names = ['appendonly', 'appendfsync', 'maxmemory-policy'];
    const [appendonly = '', appendfsync = '', maxmemoryPolicy = ''] = await Promise.all(names.map(setting));
    settings = { appendonly, appendfsync, maxmemoryPolicy };
  } catch (error) {
    if (error instanceof Error && /unknown command|NOPERM/i.test(error.message)) return 'unknown';
    throw error;
  }
  return judgeDurability(settings, asked);
}
