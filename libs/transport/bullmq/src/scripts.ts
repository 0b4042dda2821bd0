import type { IRedisTransaction, RedisClient } from 'bullmq';
import type { Redis } from 'ioredis';

/** Written after a message is stored, so that a lane that holds anything is in the set of lanes. */
const announce = `
  if redis.call('SADD', KEYS[1], ARGV[1]) == 1 then
    -- Nobody reads BullMQ's event streams here; by default each would grow to 10,000 entries.
    redis.call('HSET', KEYS[2], 'opts.maxLenEvents', '0')
  end
  redis.call('PUBLISH', KEYS[3], ARGV[1])
`;

/** What every lane holds. Forgets the lanes that hold nothing, with what BullMQ keeps for an empty queue. */
const survey = `
  local lanes = {}
  for _, lane in ipairs(redis.call('SMEMBERS', KEYS[1])) do
    local key = KEYS[2] .. lane .. ':'
    local ready = redis.call('LLEN', key .. 'wait')
    local active = redis.call('LLEN', key .. 'active')
    local delayed = redis.call('ZCARD', key .. 'delayed')
    if ready + active + delayed > 0 then
      local first = redis.call('ZRANGE', key .. 'delayed', 0, 0, 'WITHSCORES')
      -- BullMQ's score is the time in ms, shifted left by the 12 bits that keep the order within one.
      lanes[#lanes + 1] = { lane, ready, active, delayed, first[2] and math.floor(first[2] / 4096) or 0 }
    else
      redis.call('SREM', KEYS[1], lane)
      redis.call('DEL', key .. 'meta', key .. 'id', key .. 'events', key .. 'marker', key .. 'stalled')
    end
  end
  return lanes
`;

/** Copies a job that is held under this token to the dead letters. BullMQ's own script removes it in the same MULTI. */
const bury = `
  if redis.call('GET', KEYS[1] .. ':lock') ~= ARGV[1] then return 0 end
  local count = redis.call('INCR', KEYS[4])
  redis.call('HSET', KEYS[2], 'data', redis.call('HGET', KEYS[1], 'data'), 'lane', ARGV[3], 'reason', ARGV[4],
    'attempt', ARGV[5], 'diedAt', ARGV[6], 'count', count)
  redis.call('ZADD', KEYS[3], count, ARGV[2])
  return 1
`;

/** Forgets a dead letter. */
const forget = `
  redis.call('ZREM', KEYS[2], ARGV[1])
  return redis.call('DEL', KEYS[1])
`;

/**
 * Removes a job that waits, whichever lane it is in: that is not kept anywhere. BullMQ's script does not tell a job
 * that it removed from one that never was.
 */
const remove = `
  for _, lane in ipairs(redis.call('SMEMBERS', KEYS[1])) do
    local key = KEYS[2] .. lane .. ':'
    if redis.call('EXISTS', key .. ARGV[1]) == 1 then
      if redis.call('ZREM', key .. 'delayed', ARGV[1]) + redis.call('LREM', key .. 'wait', 1, ARGV[1]) > 0 then
        return redis.call('DEL', key .. ARGV[1])
      end
    end
  end
  return 0
`;

const scripts = {
  laterAnnounce: { numberOfKeys: 3, lua: announce },
  laterSurvey: { numberOfKeys: 2, lua: survey },
  laterRemove: { numberOfKeys: 2, lua: remove },
  laterBury: { numberOfKeys: 4, lua: bury },
  laterForget: { numberOfKeys: 2, lua: forget },
};

/** Makes our own scripts known to a connection, beside BullMQ's. */
export function defineScripts(redis: Redis): void {
  for (const [name, script] of Object.entries(scripts)) redis.defineCommand(name, script);
}

type ScriptArgs = readonly (string | number)[];

/** Runs one of them: first its keys, then its arguments. */
export function runScript(client: RedisClient, name: keyof typeof scripts, args: ScriptArgs): Promise<unknown> {
  return client.runCommand(name, [...args]);
}

/** The same as a part of a MULTI. */
export function addScript(multi: IRedisTransaction, name: keyof typeof scripts, args: ScriptArgs): void {
  multi.runCommand(name, [...args]);
}

/** What the parts of a MULTI answered, in order. Throws when one of them failed. */
export async function execute(multi: IRedisTransaction): Promise<unknown[]> {
  const answers = (await multi.exec()) as [Error | null, unknown][] | null;
  return (answers ?? []).map(([error, answer]) => {
    if (error) throw error;
    return answer;
  });
}
