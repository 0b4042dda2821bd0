import { createHash } from 'node:crypto';

/** Streams, consumers and their folders are named after tokens; a name may have 255 characters, with a suffix. */
const maxNameLength = 150;

/**
 * Any text as one subject token that is also a legal stream or consumer name: letters, digits and `-` stay, every
 * other byte becomes `_` and two hex digits. Readable for ordinary names, and reversible for all.
 */
export function encodeToken(text: string): string {
  return text.replace(/[^A-Za-z0-9-]/gu, (character) =>
    [...Buffer.from(character)].map((byte) => `_${byte.toString(16).toUpperCase().padStart(2, '0')}`).join(''),
  );
}

/** What was encoded; a token that somebody else made up is taken as it is. */
export function decodeToken(token: string): string {
  try {
    return decodeURIComponent(token.replaceAll('_', '%'));
  } catch {
    return token;
  }
}

/** A token as (part of) a name: itself, or its hash when it is too long for one. */
export function nameOf(token: string): string {
  // A lower-case letter after `_` cannot come out of encodeToken: hashes and tokens never meet.
  return token.length <= maxNameLength ? token : `_sha-${createHash('sha256').update(token).digest('hex')}`;
}

/** The streams of a queue. `_` with lower case after it keeps the queue `jobs-dead` apart from the dead of `jobs`. */
export const streamsOf = (queue: string) => {
  const name = `later-${nameOf(encodeToken(queue))}`;
  return { messages: name, dead: `${name}_dead`, marks: `${name}_marks`, lanes: `${name}_lanes` };
};

/** The subjects of a queue; without a token, the wildcard over all of them. */
export const subjectsOf = (queue: string) => {
  const prefix = `later.${encodeToken(queue)}`;
  return {
    lane: (token = '*') => `${prefix}.lane.${token}`,
    registry: (token = '*') => `${prefix}.registry.${token}`,
    dead: (idToken = '*') => `${prefix}.dead.${idToken}`,
    /** What is remembered of one message between deliveries; see marks.ts. */
    mark: (state: string, laneName: string, rest = '>') => `${prefix}.mark.${state}.${laneName}.${rest}`,
    marks: `${prefix}.mark.>`,
  };
};

/** The last token of a subject: the lane or the id, whichever the subject is about. */
export const lastToken = (subject: string): string => subject.slice(subject.lastIndexOf('.') + 1);
