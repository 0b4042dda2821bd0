import type { StoredMsg } from '@nats-io/jetstream';

import { Marks, type Marked } from './marks.js';
import { apiCode, codeOf, isMissing } from './nats-errors.js';
import type { NatsLink } from './nats-link.js';
import { encodeToken, lastToken, nameOf, streamsOf, subjectsOf } from './subjects.js';
import { idOf } from './wire-message.js';

/** A queue with more messages is not searched for one that was published before the dedupe window. */
const longestSearch = 10_000;

/**
 * Removes a message that waits. False when there is none by that id, or a consumer holds it.
 *
 * One that was never delivered is not deleted but marked, and dropped when it is delivered: when the last message of a
 * lane in a block of its stream is deleted, 2.9 keeps pointing at it and may skip those before it for ever (filestore.go,
 * `removeSeqPerSubject`). Those that were delivered are all before the first that was not, and hide nothing.
 */
export async function removeMessage(link: NatsLink, queue: string, id: string): Promise<boolean> {
  const stream = streamsOf(queue).messages;
  try {
    const found = (await findByDedupe(link, queue, id)) ?? (await findBySearch(link, queue, id));
    if (!found) return false;
    const marked = { laneToken: lastToken(found.subject), streamSequence: found.seq, id };
    const marks = new Marks(link, queue);
    if (await marks.is('removed', marked)) return false;
    if (await isUntouched(link, stream, marked)) return await removeUntouched(link, stream, marks, marked);
    if (!(await marks.is('waiting', marked))) return false;
    // Erased on disk, too: without that, it comes back when the server is killed within the next two seconds.
    const isRemoved = await link.jsm.streams.deleteMessage(stream, found.seq);
    if (isRemoved) marks.forget(marked);
    return isRemoved;
  } catch (error) {
    if (isMissing(error) || codeOf(error) === apiCode.sequenceNotFound) return false;
    throw error;
  }
}

async function removeUntouched(link: NatsLink, stream: string, marks: Marks, marked: Marked): Promise<boolean> {
  await marks.removes(marked);
  if (await isUntouched(link, stream, marked)) return true;
  // It was delivered just now, before or after the mark: whoever takes the mark away decides.
  return !(await marks.claimRemoved(marked));
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
async function isUntouched({ jsm }: NatsLink, stream: string, { laneToken, streamSequence }: Marked): Promise<boolean> {
  try {
    const { delivered } = await jsm.consumers.info(stream, nameOf(laneToken));
    return delivered.stream_seq < streamSequence;
  } catch (error) {
    if (codeOf(error) === apiCode.consumerNotFound) return true;
    throw error;
  }
}
