import { ackSubjectOf } from './ack-subject.js';
import type { NatsLink } from './nats-link.js';
import { streamsOf } from './subjects.js';

/** What one call may go through: the server lists all deleted messages at once, some ten bytes for each. */
const mostAtOnce = 100_000;

/** So many acknowledgements are sent before the server is waited for. */
const burst = 1_000;

/**
 * Acknowledges deliveries of messages that are gone. A server that is killed may have written down that a message is
 * gone and not yet that it was acknowledged. 2.9 then tries to deliver it again after each ack wait, finds nothing, and
 * delivers nothing else to whoever asked (consumer.go, `loopAndGatherMsgs`; it logs "error looking up message for
 * consumer: deleted message"). A few of them keep all that waits behind them from ever being delivered.
 *
 * Only what the stream says is deleted is acknowledged, so nothing can be lost by it.
 *
 * @returns false when there was more than one call may go through: the next goes on
 */
export async function forgetGone(link: NatsLink, queue: string): Promise<boolean> {
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
    // All before the first are gone, and so are those in between that are listed.
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
