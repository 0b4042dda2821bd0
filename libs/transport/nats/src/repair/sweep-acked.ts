import type { StoredMsg } from '@nats-io/jetstream';

import type { NatsLink } from '../link/link.js';
import { streamsOf, subjectsOf } from '../names.js';

/** The most messages that one sweep deletes of one lane. The next sweep deletes more. */
const longestSweep = 10_000;

/**
 * Deletes messages that are done but that a killed server has restored. nats-server 2.9 stores within 100 ms that a
 * message was acknowledged, but takes up to two seconds to store that it is gone from the stream (filestore.go,
 * `wiThresh`). A server that is killed in between restores messages that it never delivers and counts as waiting for ever.
 *
 * It checks only lanes with nothing in flight, where all messages up to the ack floor are certainly done. It deletes them
 * one by one, because a purge makes nats-server 2.9 forget the deliveries in flight (consumer.go, `purge`).
 */
export async function sweepAcked(link: NatsLink, queue: string): Promise<void> {
  const { jsm } = link;
  const stream = streamsOf(queue).messages;
  const floors = await findSuspects(link, queue);
  for (const lane of floors.keys()) {
    await sweepWhileDone(link, stream, floors, () => jsm.direct.getMessage(stream, { seq: 1, next_by_subj: lane }));
  }
  // A search by subject may miss the last message of a lane (see remove-message.ts). The rest is at the stream's front.
  await sweepWhileDone(link, stream, floors, async () => {
    const { state } = await jsm.streams.info(stream);
    return state.messages > 0 ? jsm.streams.getMessage(stream, { seq: state.first_seq }) : null;
  });
}

/** The ack floor of each lane that has nothing in flight, but stores more messages than it still has to deliver. */
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
