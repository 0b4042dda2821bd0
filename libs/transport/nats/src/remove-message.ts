import type { StoredMsg } from '@nats-io/jetstream';

import { Marks } from './marks.js';
import { apiCode, codeOf, isMissing } from './nats-errors.js';
import type { NatsLink } from './nats-link.js';
import { encodeToken, lastToken, nameOf, streamsOf, subjectsOf } from './subjects.js';
import { idOf } from './wire-message.js';

/** A queue with more messages is not searched for one that was published before the dedupe window. */
const longestSearch = 10_000;

/** Removes a message that waits. False when there is none by that id, or a consumer holds it. */
export async function removeMessage(link: NatsLink, queue: string, id: string): Promise<boolean> {
  const { streams } = link.jsm;
  const stream = streamsOf(queue).messages;
  try {
    const found = (await findByDedupe(link, queue, id)) ?? (await findBySearch(link, queue, id));
    if (!found) return false;
    const laneToken = lastToken(found.subject);
    const marks = new Marks(link, queue);
    const marked = { laneToken, streamSequence: found.seq, id };
    const waits = (await isUntouched(link, stream, laneToken, found.seq)) || (await marks.isWaiting(marked));
    // Erased on disk, too: without that, it comes back when the server is killed within the next two seconds.
    if (!waits || !(await streams.deleteMessage(stream, found.seq))) return false;
    marks.forget(marked);
    return true;
  } catch (error) {
    if (isMissing(error) || codeOf(error) === apiCode.sequenceNotFound) return false;
    throw error;
  }
}

/**
 * Asks the server's dedupe memory where a message is: a second publish of its id is answered with the sequence of the
 * first, before any other condition is looked at (stream.go, processJetStreamMsg). The condition that cannot hold keeps
 * it from being stored when the id is not known.
 */
async function findByDedupe({ js, jsm }: NatsLink, queue: string, id: string): Promise<StoredMsg | undefined> {
  const probe = js.publish(subjectsOf(queue).lane('probe'), '', {
    msgID: encodeToken(id),
    expect: { lastMsgID: '.never' },
  });
  const known = await probe.catch((error: unknown) => {
    if (codeOf(error) !== apiCode.wrongLastMessageId) throw error;
  });
  if (!known?.duplicate) return undefined;
  const stored = await jsm.streams.getMessage(streamsOf(queue).messages, { seq: known.seq });
  return stored && idOf(stored.header) === id ? stored : undefined;
}

/** Goes through all lanes at once, each message by message. For what is older than the dedupe window, or redriven. */
async function findBySearch({ jsm }: NatsLink, queue: string, id: string): Promise<StoredMsg | undefined> {
  const [stream, subjects] = [streamsOf(queue).messages, subjectsOf(queue)];
  const { state } = await jsm.streams.info(stream, { subjects_filter: subjects.lane() });
  if (state.messages > longestSearch) return undefined;
  let found: StoredMsg | undefined;
  const searchLane = async (subject: string): Promise<void> => {
    for (let sequence = state.first_seq; !found;) {
      const next = await jsm.direct.getMessage(stream, { seq: sequence, next_by_subj: subject });
      if (!next) return;
      if (idOf(next.header) === id) found = next;
      sequence = next.seq + 1;
    }
  };
  await Promise.all(Object.keys(state.subjects ?? {}).map(searchLane));
  return found;
}

/** Whether it was never delivered to anybody. */
async function isUntouched({ jsm }: NatsLink, stream: string, laneToken: string, sequence: number): Promise<boolean> {
  try {
    const { delivered } = await jsm.consumers.info(stream, nameOf(laneToken));
    return delivered.stream_seq < sequence;
  } catch (error) {
    if (codeOf(error) === apiCode.consumerNotFound) return true;
    throw error;
  }
}
