export const transportName = 'bullmq';

/** Every Redis key of this driver begins with this prefix. */
export const keyPrefix = 'later';

// A BullMQ job id may not contain ':', consist of digits only, or be one of BullMQ's own key names ("wait").
const jobIdPrefix = 'id=';

/** The name of the BullMQ queue that holds one lane. An encoded part never contains '/', so no two lanes share a queue. */
export const bullQueueName = (queue: string, lane: string): string => `${encodeName(queue)}/${encodeName(lane)}`;

export const jobIdOf = (id: string): string => jobIdPrefix + encodeName(id);

/** Reverses `jobIdOf`. */
export const messageIdOf = (jobId: string): string => decodeName(jobId.slice(jobIdPrefix.length));

/** Makes a name safe as a part of a Redis key. The set of lanes and the wake-up calls hold encoded names for Lua. */
export const encodeName = (name: string): string => encodeURIComponent(name);

export const decodeName = (encoded: string): string => decodeURIComponent(encoded);

/** The keys that belong to a whole queue, not to one of its lanes. */
export function queueKeys(queue: string) {
  const root = `${keyPrefix}:${encodeName(queue)}`;
  return {
    /** Set: the lanes that hold a message. */
    lanes: `${root}:lanes`,
    /** Channel: the names of lanes that received a message. */
    wake: `${root}:wake`,
    /** `<this>:<id>`, with an expiry: an id that was stored within the dedupe window. */
    dedupe: `${root}:id`,
    /** Sorted set: the ids of dead letters, oldest first. */
    dead: `${root}:dead`,
    deadCount: `${root}:dead-count`,
    deadLetter: (id: string): string => `${root}:dead:${encodeName(id)}`,
    /** `<this><lane>:wait` and so on are BullMQ's own keys. */
    lanePrefix: `${root}/`,
  };
}
