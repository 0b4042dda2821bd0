import { DurabilityError, type Durability } from '@later/transport-contract';
import type { Redis } from 'ioredis';

/** The levels that a configuration can require. */
export type RequiredDurability = Exclude<Durability, 'unknown'>;

/** The settings of Redis that decide which failures a stored message survives. */
export interface RedisPersistence {
  readonly appendonly: string;
  readonly appendfsync: string;
  readonly maxmemoryPolicy: string;
}

/** Weakest first. */
const levels: readonly RequiredDurability[] = ['none', 'crash', 'power'];

const remedies: Record<string, string> = {
  'appendonly no': 'Set "appendonly yes" in redis.conf, or ask for less.',
  'appendfsync everysec': 'Set "appendfsync always" in redis.conf, or ask for less.',
  'appendfsync no': 'Set "appendfsync always" in redis.conf, or ask for less.',
};

/**
 * The level that these settings give.
 * @throws DurabilityError when it is below the required level, or when Redis would evict jobs to free memory
 */
export function durabilityOf(settings: RedisPersistence, required: RequiredDurability): Durability {
  const { appendonly, appendfsync, maxmemoryPolicy } = settings;
  if (maxmemoryPolicy !== 'noeviction') {
    const remedy = 'It makes Redis drop jobs when memory runs short. Set "maxmemory-policy noeviction" in redis.conf.';
    throw new DurabilityError(`maxmemory-policy ${maxmemoryPolicy}`, required, remedy);
  }
  const given = appendonly !== 'yes' ? 'none' : appendfsync === 'always' ? 'power' : 'crash';
  if (levels.indexOf(given) >= levels.indexOf(required)) return given;
  const setting = given === 'none' ? `appendonly ${appendonly}` : `appendfsync ${appendfsync}`;
  throw new DurabilityError(setting, required, remedies[setting] ?? 'Ask for less.');
}

/** Reads the level of a server. Returns `unknown` when the server hides its settings, as managed servers do. */
export async function checkDurability(redis: Redis, required: RequiredDurability): Promise<Durability> {
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
  return durabilityOf(settings, required);
}
