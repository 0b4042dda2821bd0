import { setTimeout as delay } from 'node:timers/promises';

import { AckPolicy, DiscardPolicy, RetentionPolicy, StorageType, type StreamConfig } from '@nats-io/jetstream';
import { nanos } from '@nats-io/transport-node';
import { dedupeWindowMs } from '@later/transport-contract';

import { apiCode, codeOf } from '../errors.js';
import { nameOf, streamsOf, subjectsOf } from '../names.js';
import type { NatsLink } from './link.js';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** The registry lists a lane for this long after its last registration. */
export const laneListedMs = 3 * hourMs;

/** The server drops the consumer of a lane, with its attempt counts, after this long without a pull request. */
const consumerIdleMs = 7 * dayMs;

/** A mark is deleted with its message. This age removes the marks of consumers that died before they deleted them. */
const markAgeMs = 30 * dayMs;

/** A stream that another process is creating exists after this wait. */
const createAgainAfterMs = 100;

/** Creates the streams of a queue that are missing on the server. Safe to repeat, also from several processes at once. */
export async function provisionQueue({ jsm }: NatsLink, queue: string): Promise<void> {
  const [names, subjects] = [streamsOf(queue), subjectsOf(queue)];
  const latest = { max_msgs_per_subject: 1 };
  const streams: Partial<StreamConfig>[] = [
    { name: names.messages, subjects: [subjects.lane()], retention: RetentionPolicy.Workqueue },
    { name: names.dead, subjects: [subjects.dead()], ...latest },
    { name: names.marks, subjects: [subjects.marks], ...latest, max_age: nanos(markAgeMs) },
    { name: names.lanes, subjects: [subjects.registry()], ...latest, max_age: nanos(laneListedMs) },
  ];
  const shared: Partial<StreamConfig> = {
    storage: StorageType.File,
    allow_direct: true,
    // The default, `old`, deletes the oldest messages of a full stream, which no consumer has handled yet.
    discard: DiscardPolicy.New,
    duplicate_window: nanos(dedupeWindowMs),
  };
  await Promise.all(
    streams.map((stream) => {
      const add = () => jsm.streams.add({ ...shared, ...stream } as StreamConfig & { name: string });
      // When two processes create a stream at once, nats-server 2.9 may answer one of them that the subjects overlap. A
      // second request finds the stream.
      const added = add().catch((error: unknown) => {
        if (codeOf(error) !== apiCode.subjectsOverlap) throw error;
        return delay(createAgainAfterMs).then(add);
      });
      // An existing stream with other limits belongs to the operator and stays as it is.
      return ignoring(apiCode.streamNameInUse, added);
    }),
  );
}

/** Creates the consumer of a lane if it is missing. */
export async function provisionLane(
  link: NatsLink,
  queue: string,
  laneToken: string,
  ackWaitMs: number,
): Promise<void> {
  const created = link.jsm.consumers.add(streamsOf(queue).messages, {
    durable_name: nameOf(laneToken),
    filter_subject: subjectsOf(queue).lane(laneToken),
    ack_policy: AckPolicy.Explicit,
    ack_wait: nanos(ackWaitMs),
    // A message that waits for its retry counts as pending; the default of 1,000 would stall the lane.
    max_ack_pending: -1,
    inactive_threshold: nanos(consumerIdleMs),
  });
  await ignoring(apiCode.consumerNameInUse, ignoring(apiCode.consumerExists, created));
}

/** Ignores one error code of the JetStream API. */
async function ignoring(code: number, done: Promise<unknown>): Promise<void> {
  await done.catch((error: unknown) => {
    if (codeOf(error) !== code) throw error;
  });
}
