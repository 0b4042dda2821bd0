import { createHash } from 'node:crypto';
import { join } from 'node:path';

import type { FunctionAddress } from '@later/job-schema';

/** File systems allow 255 bytes for a name; the rest is for suffixes. */
const longestPlain = 200;

/** The file of a function's log: a different one for each function, always inside the folder. */
export const logPath = (folder: string, { name, namespace }: FunctionAddress): string =>
  join(folder, fileNameOf(namespace), `${fileNameOf(name)}.ndjson`);

/**
 * Encodes a text as a file name; different texts get different names. Capitals are escaped for file systems that ignore
 * case, and a first dot is escaped because of `.` and `..`. A name that becomes too long is cut and ends in a hash.
 */
function fileNameOf(text: string): string {
  const plain = text.replace(/^\.|[^-a-z0-9_.]/gu, escape) || '+';
  if (plain.length <= longestPlain) return plain;
  // Longer than any plain name, so that the two kinds of names never collide.
  return `${plain.slice(0, 150)}+${createHash('sha256').update(text).digest('hex')}`;
}

const escape = (character: string): string => `+${Buffer.from(character).toString('hex')}`;
