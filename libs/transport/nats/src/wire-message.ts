import { headers, type MsgHdrs } from '@nats-io/transport-node';
import type { DeadLetter, Message } from '@later/transport-contract';

import { decodeToken, encodeToken } from './subjects.js';

/** Our headers. Ids and lanes are written as tokens: a header value keeps neither spaces at its ends nor all bytes. */
const named = {
  id: 'Later-Id',
  lane: 'Later-Lane',
  notBefore: 'Later-Not-Before',
  reason: 'Later-Reason',
  attempt: 'Later-Attempt',
  diedAt: 'Later-Died-At',
} as const;

/** The headers of a message in its lane. The lane is in the subject. */
export function messageHeaders({ id, notBefore }: Pick<Message, 'id' | 'notBefore'>): MsgHdrs {
  const written = headers();
  written.set(named.id, encodeToken(id));
  if (notBefore) written.set(named.notBefore, String(notBefore.getTime()));
  return written;
}

/** A message as it came off the wire, with the lane that its subject names. */
export function readMessage(lane: string, read: MsgHdrs | undefined, body: Uint8Array): Message {
  const notBefore = read?.get(named.notBefore);
  return { id: idOf(read), lane, body, ...(notBefore && { notBefore: new Date(Number(notBefore)) }) };
}

export const idOf = (read: MsgHdrs | undefined): string => decodeToken(read?.get(named.id) ?? '');

export function deadLetterHeaders(letter: Omit<DeadLetter, 'body'>): MsgHdrs {
  const written = headers();
  written.set(named.id, encodeToken(letter.id));
  written.set(named.lane, encodeToken(letter.lane));
  // A reason may hold line breaks, which a header may not.
  written.set(named.reason, encodeURIComponent(letter.reason.toWellFormed()));
  written.set(named.attempt, String(letter.attempt));
  written.set(named.diedAt, String(letter.diedAt.getTime()));
  return written;
}

export function readDeadLetter(read: MsgHdrs, body: Uint8Array): DeadLetter {
  return {
    id: idOf(read),
    lane: decodeToken(read.get(named.lane)),
    body,
    reason: decodeURIComponent(read.get(named.reason)),
    attempt: Number(read.get(named.attempt)),
    diedAt: new Date(Number(read.get(named.diedAt))),
  };
}
