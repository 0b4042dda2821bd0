import type { StoredMsg } from '@nats-io/jetstream';

import type { NatsLink } from './nats-link.js';
import { streamsOf, subjectsOf } from './subjects.js';

/** The most that one sweep removes of one lane; the rest is for the next. */
const longestSweep = 10_000;

/**
 * Removes messages that came back from the dead. nats-server 2.9 writes down that a message was acknowledged within
 * 100 ms, but that it is gone from the stream only within two seconds (filestore.go, `wiThresh`). Killed in between, it
 * comes back with messages that it will never deliver, and that count as waiting for ever.
 *
 * Only lanes with nothing in flight are looked at: there, all up to the ack floor is surely done. One by one, because a
 * purge makes 2.9 forget what is in flight (consumer.go, `purge`).
 */
export async function sweepAcked(link: NatsLink, queue: string): Promise<void> {
  const { jsm } = link;
  const stream = streamsOf(queue).messages;
  const floors = await findSuspects(link, queue);
  for (const lane of floors.keys()) {
    await sweepWhileDone(link, stream, floors, () => jsm.direct.getMessage(stream, { seq: 1, next_by_subj: lane }));
  }
  // The last of a lane may not be found by its subject any more (see remove-message.ts). What is left is at the front.
  await sweepWhileDone(link, stream, floors, async () => {
    const { state } = await jsm.streams.info(stream);
    return state.messages > 0 ? jsm.streams.getMessage(stream, { seq: state.first_seq }) : null;
  });
}

/** The lanes that hold more than is to be delivered while nothing is in flight, each with its ack floor. */
async function findSuspects({ jsm }: NatsLink, queue: string): Promise<Map<string, number>> {
  const stream = streamsOf(queue).messages;
  const { state } = await jsm.streams.info(stream, { subjects_filter: subjectsOf(queue).lane() });
  const floors = new Map<string, number>();
  for await (const { config, num_ack_pending, num_pending, ack_floor } of jsm.consumers.list(stream)) {
    const subject = config.filter_subject ?? '';
    const holdsMore = (state.subjects?.[subject] ?? 0) > num_pending;
    if (num_ack_pending === 0 && holdsMore) floors.set(subject, ack_floor.stream_seq);
  }
  return floors;
}

async function sweepWhileDone(
  { jsm }: NatsLink,
  stream: string,
  floors: ReadonlyMap<string, number>,
  next: () => Promise<StoredMsg | null>,
): Promise<void> {
  for (let swept = 0; floors.size > 0 && swept < longestSweep; swept++) {
    const message = await next();
    if (!message || message.seq > (floors.get(message.subject) ?? 0)) return;
    await jsm.streams.deleteMessage(stream, message.seq);
  }
}
