import { setTimeout as delay } from 'node:timers/promises';

import { AckPolicy, DiscardPolicy, RetentionPolicy, StorageType, type StreamConfig } from '@nats-io/jetstream';
import { nanos } from '@nats-io/transport-node';
import { dedupeWindowMs } from '@later/transport-contract';

import { apiCode, codeOf } from './nats-errors.js';
import type { NatsLink } from './nats-link.js';
import { nameOf, streamsOf, subjectsOf } from './subjects.js';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** A lane is listed for this long after it was last registered. */
export const laneListedMs = 3 * hourMs;

/** Nobody asked a lane's consumer for this long: the server drops it, and its attempt counts with it. */
const consumerIdleMs = 7 * dayMs;

/** Marks are removed with their message; this is for those whose consumer died in between. */
const markAgeMs = 30 * dayMs;

/** By then a stream that is being created is there. */
const againAfterMs = 100;

/** Creates what a queue needs on the server, where it is missing. Safe to repeat and to race. */
export async function provisionQueue({ jsm }: NatsLink, queue: string): Promise<void> {
  const [names, subjects] = [streamsOf(queue), subjectsOf(queue)];
  const latest = { max_msgs_per_subject: 1 };
  const streams: Partial<StreamConfig>[] = [
    { name: names.messages, subjects: [subjects.lane()], retention: RetentionPolicy.Workqueue },
    { name: names.dead, subjects: [subjects.dead()], ...latest },
    { name: names.marks, subjects: [subjects.marks], ...latest, max_age: nanos(markAgeMs) },
    { name: names.lanes, subjects: [subjects.registry()], ...latest, max_age: nanos(laneListedMs) },
  ];
  const inCommon: Partial<StreamConfig> = {
    storage: StorageType.File,
    allow_direct: true,
    // The default, `old`, makes room by deleting what nobody has worked on yet.
    discard: DiscardPolicy.New,
    duplicate_window: nanos(dedupeWindowMs),
  };
  await Promise.all(
    streams.map((stream) => {
      const add = () => jsm.streams.add({ ...inCommon, ...stream } as StreamConfig & { name: string });
      // Of two who create a stream at the same moment, 2.9 may tell one that the subjects overlap with the other's: asked
      // again, it knows the stream.
      const added = add().catch((error: unknown) => {
        if (codeOf(error) !== apiCode.subjectsOverlap) throw error;
        return delay(againAfterMs).then(add);
      });
      // With other limits it is the operator's, who may have reasons.
      return unless(apiCode.streamNameInUse, added);
    }),
  );
}

/** Creates the consumer of one lane, where it is missing. */
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
  await unless(apiCode.consumerNameInUse, unless(apiCode.consumerExists, created));
}

async function unless(code: number, done: Promise<unknown>): Promise<void> {
  await done.catch((error: unknown) => {
    if (codeOf(error) !== code) throw error;
  });
}
