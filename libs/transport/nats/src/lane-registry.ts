import type { NatsLink } from './nats-link.js';
import { encodeToken, lastToken, streamsOf, subjectsOf } from './subjects.js';

/** Short, so that a publish has time to set up the registry and try again. */
const registerTimeoutMs = 1_000;

/** Stores that a lane is in use, and tells every subscriber that is connected. */
export async function registerLane({ js }: NatsLink, queue: string, lane: string): Promise<void> {
  await js.publish(subjectsOf(queue).registry(encodeToken(lane)), '', { timeout: registerTimeoutMs });
}

/**
 * Calls back with the token of each lane that is registered from now on; resolves once that is in force. Subscribes to
 * the registry's subjects beside its stream: nothing to recover after a reconnect, and whoever lists the lanes after
 * that misses none.
 */
export async function followLanes(
  { nc }: NatsLink,
  queue: string,
  onLane: (token: string) => void,
): Promise<() => void> {
  const subscription = nc.subscribe(subjectsOf(queue).registry(), {
    callback: (error, message) => {
      if (!error) onLane(lastToken(message.subject));
    },
  });
  await nc.flush();
  return () => subscription.unsubscribe();
}

/** The tokens of all lanes that are registered or hold messages. */
export async function listLanes({ jsm }: NatsLink, queue: string): Promise<Set<string>> {
  const [names, subjects] = [streamsOf(queue), subjectsOf(queue)];
  const [registered, stored] = await Promise.all([
    jsm.streams.info(names.lanes, { subjects_filter: subjects.registry() }),
    jsm.streams.info(names.messages, { subjects_filter: subjects.lane() }),
  ]);
  return new Set([registered, stored].flatMap(({ state }) => Object.keys(state.subjects ?? {})).map(lastToken));
}
