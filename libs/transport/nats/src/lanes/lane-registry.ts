import type { NatsLink } from '../link/link.js';
import { encodeToken, lastToken, streamsOf, subjectsOf } from '../names.js';

/** Short, so that a publish has time left to create the registry and try again. */
const registerTimeoutMs = 1_000;

/** Stores that a lane is in use, and announces it to every connected subscriber. */
export async function registerLane({ js }: NatsLink, queue: string, lane: string): Promise<void> {
  await js.publish(subjectsOf(queue).registry(encodeToken(lane)), '', { timeout: registerTimeoutMs });
}

/**
 * Calls back with the token of each lane that is registered from now on. Resolves when the server has the subscription:
 * a caller that lists the lanes after that misses none. It subscribes to the subjects of the registry and not to its
 * stream, because the client repeats such a subscription by itself after a reconnect.
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
