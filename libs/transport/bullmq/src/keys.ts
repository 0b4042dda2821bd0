/** Every Redis key of ours begins with this. */
export const keyPrefix = 'later';

// BullMQ's names may not hold ':', nor may its job ids be digits only or the name of one of its own keys ("wait").
const jobIdPrefix = 'id=';

/** The name of the BullMQ queue that holds one lane. An encoded part never holds '/', so no two lanes share one. */
export const bullQueueName = (queue: string, lane: string): string => `${encode(queue)}/${encode(lane)}`;

export const jobIdOf = (id: string): string => jobIdPrefix + encode(id);

export const idOfJob = (jobId: string): string => decode(jobId.slice(jobIdPrefix.length));

/** Lanes are named so where Lua builds keys from them: in the set of lanes and in wake-up calls. */
export const encode = (name: string): string => encodeURIComponent(name);

export const decode = (encoded: string): string => decodeURIComponent(encoded);

/** The keys that belong to a whole queue rather than to one of its lanes. */
export function queueKeys(queue: string) {
  const root = `${keyPrefix}:${encode(queue)}`;
  return {
    /** Set: the lanes that hold anything. */
    lanes: `${root}:lanes`,
    /** Channel: the name of a lane that was given something to take. */
    wake: `${root}:wake`,
    /** `<this>:<id>`, expiring: an id that was stored within the dedupe window. */
    dedupe: `${root}:id`,
    /** Sorted set: ids of dead letters in the order of their deaths. */
    dead: `${root}:dead`,
    deadCount: `${root}:dead-count`,
    deadLetter: (id: string): string => `${root}:dead:${encode(id)}`,
    /** `<this><lane>:wait` and so on are BullMQ's own. */
    lanePrefix: `${root}/`,
  };
}

export type QueueKeys = ReturnType<typeof queueKeys>;
