import type { Depth } from '@later/transport-contract';

import { apiCode, codeOf } from './errors.js';
import type { NatsLink } from './link/link.js';
import { Marks } from './marks/marks.js';
import { decodeToken, lastToken, nameOf, streamsOf, subjectsOf } from './names.js';

const empty: Depth = { waiting: 0, inFlight: 0, deadLetters: 0, lanes: new Map() };

/** Counts a queue's messages. The server counts a message that waits for its retry as in flight; its mark corrects that. */
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

/** Combines the counts. The server reads them at different moments, so each is limited by the others. */
export function countLanes(
  stored: Readonly<Record<string, number>>,
  counts: { readonly pendingAcks: ByLane; readonly waiting: ByLane; readonly removed: ByLane },
): Omit<Depth, 'deadLetters'> {
  const lanes = new Map<string, number>();
  let [waiting, inFlight] = [0, 0];
  for (const [subject, count] of Object.entries(stored)) {
    const token = lastToken(subject);
    const inLane = (counted: ByLane): number => counted.get(nameOf(token)) ?? 0;
    const messages = Math.max(0, count - inLane(counts.removed));
    const held = Math.min(messages, Math.max(0, inLane(counts.pendingAcks) - inLane(counts.waiting)));
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
