import type { ConsumerInfo } from '@nats-io/jetstream';

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
export async function sweepAcked({ jsm }: NatsLink, queue: string): Promise<void> {
  const stream = streamsOf(queue).messages;
  const suspects: ConsumerInfo[] = [];
  const { state } = await jsm.streams.info(stream, { subjects_filter: subjectsOf(queue).lane() });
  for await (const info of jsm.consumers.list(stream)) {
    const stored = state.subjects?.[info.config.filter_subject ?? ''] ?? 0;
    if (info.num_ack_pending === 0 && stored > info.num_pending) suspects.push(info);
  }

  const sweepLane = async ({ config, ack_floor: done }: ConsumerInfo): Promise<void> => {
    for (let [from, swept] = [1, 0]; swept < longestSweep; swept++) {
      const next = await jsm.direct.getMessage(stream, { seq: from, next_by_subj: config.filter_subject ?? '' });
      if (!next || next.seq > done.stream_seq) return;
      await jsm.streams.deleteMessage(stream, next.seq);
      from = next.seq + 1;
    }
  };
  for (const lane of suspects) await sweepLane(lane);
}
