import type { RedisClient } from 'bullmq';
import type { Redis } from 'ioredis';

/** Adds a lane that received a message to the set of lanes, and wakes the consumers. */
const enterLane = `
  if redis.call('SADD', lanes, lane) == 1 then
    -- This driver does not read BullMQ's event streams. By default each would grow to 10,000 entries.
    redis.call('HSET', meta, 'opts.maxLenEvents', '0')
  end
  redis.call('PUBLISH', wake, lane)
`;

const announce = `
  local lanes, meta, wake, lane = KEYS[1], KEYS[2], KEYS[3], ARGV[1]
  ${enterLane}
`;

/** Counts the messages of every lane. Deletes the empty lanes, with the keys that BullMQ keeps for an empty queue. */
const survey = `
  local lanes = {}
  for _, lane in ipairs(redis.call('SMEMBERS', KEYS[1])) do
    local key = KEYS[2] .. lane .. ':'
    local ready = redis.call('LLEN', key .. 'wait')
    local active = redis.call('LLEN', key .. 'active')
    local delayed = redis.call('ZCARD', key .. 'delayed')
    if ready + active + delayed > 0 then
      local first = redis.call('ZRANGE', key .. 'delayed', 0, 0, 'WITHSCORES')
      -- BullMQ's score is the due time in ms, shifted left by 12 bits that keep the order within a millisecond.
      lanes[#lanes + 1] = { lane, ready, active, delayed, first[2] and math.floor(first[2] / 4096) or 0 }
    else
      redis.call('SREM', KEYS[1], lane)
      redis.call('DEL', key .. 'meta', key .. 'id', key .. 'events', key .. 'marker', key .. 'stalled')
    end
  end
  return lanes
`;

/**
 * Turns a held job into a dead letter: moves the job's hash to another key. This is one script, not BullMQ's scripts in
 * a MULTI, because ioredis loses track of scripts after a discarded MULTI. The first write needs memory, so a full Redis
 * rejects the script before it has changed anything.
 */
const deadLetter = `
  local job, record, index, counter, active, stalled = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6]
  local token, jobId, id, lane, reason, attempt, diedAt = unpack(ARGV)
  if redis.call('GET', job .. ':lock') ~= token or redis.call('EXISTS', job) == 0 then return 0 end
  redis.call('ZADD', index, redis.call('INCR', counter), id)
  redis.call('DEL', job .. ':lock')
  redis.call('LREM', active, -1, jobId)
  redis.call('SREM', stalled, jobId)
  redis.call('RENAME', job, record)
  redis.call('HSET', record, 'lane', lane, 'reason', reason, 'attempt', attempt, 'diedAt', diedAt)
  return 1
`;

/** Turns a dead letter into a job again and resets its counters, unless a job with the same id exists. */
const redrive = `
  local job, record, index, wait, lanes, meta, wake = unpack(KEYS)
  local jobId, id, lane = unpack(ARGV)
  if redis.call('EXISTS', record) == 0 or redis.call('EXISTS', job) == 1 then return 0 end
  redis.call('LPUSH', wait, jobId)
  redis.call('ZREM', index, id)
  redis.call('RENAME', record, job)
  redis.call('HDEL', job, 'lane', 'reason', 'attempt', 'diedAt', 'ats', 'atm', 'stc')
  ${enterLane}
  return 1
`;

const deleteDeadLetter = `
  redis.call('ZREM', KEYS[2], ARGV[1])
  return redis.call('DEL', KEYS[1])
`;

/**
 * Removes a waiting job. It searches all lanes, because no key stores the lane of a job. BullMQ's own script gives the
 * same answer for a removed job and for one that never existed.
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
  laterDeadLetter: { numberOfKeys: 6, lua: deadLetter },
  laterRedrive: { numberOfKeys: 7, lua: redrive },
  laterDeleteDeadLetter: { numberOfKeys: 2, lua: deleteDeadLetter },
};

/** Defines the scripts of this driver on a connection, beside BullMQ's. */
export function defineScripts(redis: Redis): void {
  for (const [name, script] of Object.entries(scripts)) redis.defineCommand(name, script);
}

/** Runs one of these scripts. `args` are its keys followed by its arguments. */
export function runScript(
  client: RedisClient,
  name: keyof typeof scripts,
  args: readonly (string | number)[],
): Promise<unknown> {
  return client.runCommand(name, [...args]);
}
