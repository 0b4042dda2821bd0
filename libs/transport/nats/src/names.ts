import { createHash } from 'node:crypto';

/** The server uses the names of streams and consumers as folder names of up to 255 characters, suffixes included. */
const maxNameLength = 150;

/**
 * Encodes any text as one subject token that is also a legal stream or consumer name: letters, digits and `-` stay,
 * every other byte becomes `_` and two hex digits. Ordinary names stay readable.
 */
export function encodeToken(text: string): string {
  return text.replace(/[^A-Za-z0-9-]/gu, (character) =>
    [...Buffer.from(character)].map((byte) => `_${byte.toString(16).toUpperCase().padStart(2, '0')}`).join(''),
  );
}

/** Reverses `encodeToken`. Returns a token that `encodeToken` cannot have made as it is. */
export function decodeToken(token: string): string {
  try {
    return decodeURIComponent(token.replaceAll('_', '%'));
  } catch {
    return token;
  }
}

/** Makes (a part of) a stream or consumer name: the token, or its hash when the token is too long. */
export function nameOf(token: string): string {
  // `encodeToken` never writes a lower-case letter after `_`, so a hash never equals a token.
  return token.length <= maxNameLength ? token : `_sha-${createHash('sha256').update(token).digest('hex')}`;
}

/** The streams of a queue. `_` before lower case keeps the queue `jobs-dead` apart from the dead letters of `jobs`. */
export const streamsOf = (queue: string) => {
  const name = `later-${nameOf(encodeToken(queue))}`;
  return { messages: name, dead: `${name}_dead`, marks: `${name}_marks`, lanes: `${name}_lanes` };
};

/** The subjects of a queue. Without a token each is a wildcard over all lanes or ids. */
export const subjectsOf = (queue: string) => {
  const prefix = `later.${encodeToken(queue)}`;
  return {
    lane: (token = '*') => `${prefix}.lane.${token}`,
    registry: (token = '*') => `${prefix}.registry.${token}`,
    dead: (idToken = '*') => `${prefix}.dead.${idToken}`,
    /** Facts about one message that are kept between its deliveries; see marks.ts. */
    mark: (state: string, laneName: string, rest = '>') => `${prefix}.mark.${state}.${laneName}.${rest}`,
    marks: `${prefix}.mark.>`,
  };
};

/** The last token of a subject, which is a lane or an id. */
export const lastToken = (subject: string): string => subject.slice(subject.lastIndexOf('.') + 1);
