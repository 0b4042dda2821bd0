import { ackSubjectOf } from '../link/ack-subject.js';
import type { NatsLink } from '../link/link.js';
import { streamsOf } from '../names.js';

/** The most deleted messages that one call handles: the server lists all of them in one answer, about ten bytes each. */
const mostAtOnce = 100_000;

/** The number of acknowledgements that are sent before a flush waits for the server. */
const burst = 1_000;

/**
 * Acknowledges deliveries of messages that are gone. A killed server may have stored that a message is gone, but not yet
 * that it was acknowledged. nats-server 2.9 then tries to deliver the message again after each ack wait, finds nothing,
 * and sends no other message for that request (consumer.go, `loopAndGatherMsgs`; it logs "error looking up message for
 * consumer: deleted message"). A few such deliveries block all messages behind them for ever.
 *
 * Nothing can be lost: it acknowledges only messages that the stream reports as deleted.
 *
 * @returns false when more messages are gone than one call handles; the next call continues
 */
export async function acknowledgeGone(link: NatsLink, queue: string): Promise<boolean> {
  const { jsm } = link;
  const stream = streamsOf(queue).messages;
  const suspects: { name: string; after: number; upTo: number }[] = [];
  for await (const { name, num_ack_pending, ack_floor, delivered } of jsm.consumers.list(stream)) {
    if (num_ack_pending > 0) suspects.push({ name, after: ack_floor.stream_seq, upTo: delivered.stream_seq });
  }
  if (suspects.length === 0) return true;
  const { state } = await jsm.streams.info(stream);
  if ((state.num_deleted ?? 0) > mostAtOnce) return false;
  const { first_seq, deleted = [] } = (await jsm.streams.info(stream, { deleted_details: true })).state;
  let isAll = true;
  for (const { name, after, upTo } of suspects) {
    // All messages before the first one are gone, and so are the listed ones after it.
    const last = Math.min(upTo, first_seq - 1, after + mostAtOnce);
    isAll &&= last === Math.min(upTo, first_seq - 1);
    const before = Array.from({ length: Math.max(0, last - after) }, (_, index) => after + 1 + index);
    const between = deleted.filter((sequence) => sequence > after && sequence <= upTo);
    await acknowledge(
      link,
      [...before, ...between].map((sequence) => ackSubjectOf(stream, name, sequence)),
    );
  }
  return isAll;
}

async function acknowledge({ nc }: NatsLink, subjects: readonly string[]): Promise<void> {
  for (let sent = 0; sent < subjects.length; sent += burst) {
    for (const subject of subjects.slice(sent, sent + burst)) nc.publish(subject, '+ACK');
    await nc.flush();
  }
}
