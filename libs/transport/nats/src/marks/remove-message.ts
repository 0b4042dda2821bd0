import type { StoredMsg } from '@nats-io/jetstream';

import { apiCode, codeOf, isMissing } from '../errors.js';
import type { NatsLink } from '../link/link.js';
import { encodeToken, lastToken, nameOf, streamsOf, subjectsOf } from '../names.js';
import { idOf } from '../wire.js';
import { Marks, type MarkedMessage } from './marks.js';

/** The most messages that a queue may hold to be searched for a message that the dedupe window does not cover. */
const longestSearch = 10_000;

/**
 * Removes a message that waits. False when no message has that id, or a consumer holds it.
 *
 * A message that was never delivered is marked, not deleted, and the consumer that receives it drops it. The reason: after
 * the deletion of a lane's last message in a block of the stream, nats-server 2.9 still points at that message and may
 * skip the messages before it for ever (filestore.go, `removeSeqPerSubject`). A message that was delivered
 * before can be deleted: every message before it was delivered too, so no undelivered message is skipped.
 */
export async function removeMessage(link: NatsLink, queue: string, id: string): Promise<boolean> {
  const stream = streamsOf(queue).messages;
  try {
    const found = (await findByDedupe(link, queue, id)) ?? (await findBySearch(link, queue, id));
    if (!found) return false;
    const marked = { laneToken: lastToken(found.subject), streamSequence: found.seq, id };
    const marks = new Marks(link, queue);
    if (await marks.has('removed', marked)) return false;
    if (await isUndelivered(link, stream, marked)) return await removeUndelivered(link, stream, marks, marked);
    if (!(await marks.has('waiting', marked))) return false;
    // Erases the message on disk too. Otherwise a server that is killed within the next two seconds delivers it again.
    const isRemoved = await link.jsm.streams.deleteMessage(stream, found.seq);
    if (isRemoved) marks.deleteAll(marked);
    return isRemoved;
  } catch (error) {
    if (isMissing(error) || codeOf(error) === apiCode.sequenceNotFound) return false;
    throw error;
  }
}

async function removeUndelivered(
  link: NatsLink,
  stream: string,
  marks: Marks,
  marked: MarkedMessage,
): Promise<boolean> {
  await marks.markRemoved(marked);
  if (await isUndelivered(link, stream, marked)) return true;
  // The message was delivered just before or after the mark was written. The one that claims the mark decides.
  return !(await marks.claimRemoved(marked));
}

/**
 * Finds a message through the server's dedupe memory: the server answers a second publish of an id with the sequence of
 * the first, before it checks any other condition (stream.go, processJetStreamMsg). The publish carries a condition that
 * is never true, so nothing is stored when the server does not know the id.
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

/** Searches all lanes at once, message by message. For messages that are older than the dedupe window, or redriven. */
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

/** Whether the message was never delivered to any consumer. */
async function isUndelivered(
  { jsm }: NatsLink,
  stream: string,
  { laneToken, streamSequence }: MarkedMessage,
): Promise<boolean> {
  try {
    const { delivered } = await jsm.consumers.info(stream, nameOf(laneToken));
    return delivered.stream_seq < streamSequence;
  } catch (error) {
    if (codeOf(error) === apiCode.consumerNotFound) return true;
    throw error;
  }
}
