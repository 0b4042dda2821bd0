import type { RedisClient } from 'bullmq';
import type { Redis } from 'ioredis';

/** Enters a lane, which was given something to take, in the set of lanes, and tells the consumers. */
const enterLane = `
  if redis.call('SADD', lanes, lane) == 1 then
    -- Nobody reads BullMQ's event streams here; by default each would grow to 10,000 entries.
    redis.call('HSET', meta, 'opts.maxLenEvents', '0')
  end
  redis.call('PUBLISH', wake, lane)
`;

const announce = `
  local lanes, meta, wake, lane = KEYS[1], KEYS[2], KEYS[3], ARGV[1]
  ${enterLane}
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

/**
 * Makes a dead letter of a held job: the job's hash under another key. One script of our own rather than BullMQ's in a
 * MULTI, because ioredis loses track of scripts whose MULTI was discarded. The first thing it writes needs memory: where
 * there is none, nothing happens.
 */
const bury = `
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

/** Makes a job of a dead letter again, with its counts anew; not while a job of the same id waits. */
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
  laterBury: { numberOfKeys: 6, lua: bury },
  laterRedrive: { numberOfKeys: 7, lua: redrive },
  laterForget: { numberOfKeys: 2, lua: forget },
};

/** Makes our own scripts known to a connection, beside BullMQ's. */
export function defineScripts(redis: Redis): void {
  for (const [name, script] of Object.entries(scripts)) redis.defineCommand(name, script);
}

/** Runs one of them: first its keys, then its arguments. */
export function runScript(
  client: RedisClient,
  name: keyof typeof scripts,
  args: readonly (string | number)[],
): Promise<unknown> {
  return client.runCommand(name, [...args]);
}
