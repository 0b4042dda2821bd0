import { headers, type MsgHdrs } from '@nats-io/transport-node';
import type { DeadLetter, Message } from '@later/transport-contract';

import { decodeToken, encodeToken } from './names.js';

/** Our headers. Ids and lanes are encoded as tokens, because a header value loses outer spaces and some bytes. */
const headerNames = {
  id: 'Later-Id',
  lane: 'Later-Lane',
  notBefore: 'Later-Not-Before',
  reason: 'Later-Reason',
  attempt: 'Later-Attempt',
  diedAt: 'Later-Died-At',
} as const;

/** Writes the headers of a message. Its lane is in the subject. */
export function messageHeaders({ id, notBefore }: Pick<Message, 'id' | 'notBefore'>): MsgHdrs {
  const written = headers();
  written.set(headerNames.id, encodeToken(id));
  if (notBefore) written.set(headerNames.notBefore, String(notBefore.getTime()));
  return written;
}

/** Reads a message that was received from the lane that its subject names. */
export function readMessage(lane: string, read: MsgHdrs | undefined, body: Uint8Array): Message {
  const notBefore = read?.get(headerNames.notBefore);
  return { id: idOf(read), lane, body, ...(notBefore && { notBefore: new Date(Number(notBefore)) }) };
}

export const idOf = (read: MsgHdrs | undefined): string => decodeToken(read?.get(headerNames.id) ?? '');

export function deadLetterHeaders(letter: Omit<DeadLetter, 'body'>): MsgHdrs {
  const written = headers();
  written.set(headerNames.id, encodeToken(letter.id));
  written.set(headerNames.lane, encodeToken(letter.lane));
  // A reason may hold line breaks, which a header may not.
  written.set(headerNames.reason, encodeURIComponent(letter.reason.toWellFormed()));
  written.set(headerNames.attempt, String(letter.attempt));
  written.set(headerNames.diedAt, String(letter.diedAt.getTime()));
  return written;
}

export function readDeadLetter(read: MsgHdrs, body: Uint8Array): DeadLetter {
  return {
    id: idOf(read),
    lane: decodeToken(read.get(headerNames.lane)),
    body,
    reason: decodeURIComponent(read.get(headerNames.reason)),
    attempt: Number(read.get(headerNames.attempt)),
    diedAt: new Date(Number(read.get(headerNames.diedAt))),
  };
}
