import type { Depth } from '@later/transport-contract';

import { Marks } from './marks.js';
import { apiCode, codeOf } from './nats-errors.js';
import type { NatsLink } from './nats-link.js';
import { decodeToken, lastToken, nameOf, streamsOf, subjectsOf } from './subjects.js';

const empty: Depth = { waiting: 0, inFlight: 0, deadLetters: 0, lanes: new Map() };

/** Counts a queue's messages. The server counts those that wait for a retry as in flight; the marks tell them apart. */
export async function readDepth(link: NatsLink, queue: string): Promise<Depth> {
  const names = streamsOf(queue);
  try {
    const marks = new Marks(link, queue);
    const [stored, dead, pendingAcks, waiting, removed] = await Promise.all([
      link.jsm.streams.info(names.messages, { subjects_filter: subjectsOf(queue).lane() }),
      link.jsm.streams.info(names.dead),
      countPendingAcks(link, names.messages),
      marks.countByLane('waiting'),
      marks.countByLane('removed'),
    ]);
    return {
      ...countLanes(stored.state.subjects ?? {}, { pendingAcks, waiting, removed }),
      deadLetters: dead.state.messages,
    };
  } catch (error) {
    if (codeOf(error) === apiCode.streamNotFound) return empty;
    throw error;
  }
}

type ByLane = ReadonlyMap<string, number>;

/** The counts are read one after the other while work goes on, so none may exceed what another allows. */
export function countLanes(
  stored: Readonly<Record<string, number>>,
  counts: { readonly pendingAcks: ByLane; readonly waiting: ByLane; readonly removed: ByLane },
): Omit<Depth, 'deadLetters'> {
  const lanes = new Map<string, number>();
  let [waiting, inFlight] = [0, 0];
  for (const [subject, count] of Object.entries(stored)) {
    const token = lastToken(subject);
    const of = (counted: ByLane): number => counted.get(nameOf(token)) ?? 0;
    const messages = Math.max(0, count - of(counts.removed));
    const held = Math.min(messages, Math.max(0, of(counts.pendingAcks) - of(counts.waiting)));
    inFlight += held;
    waiting += messages - held;
    if (messages > held) lanes.set(decodeToken(token), messages - held);
  }
  return { waiting, inFlight, lanes };
}

async function countPendingAcks({ jsm }: NatsLink, stream: string): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  for await (const { name, num_ack_pending } of jsm.consumers.list(stream)) counts.set(name, num_ack_pending);
  return counts;
}
