import { createHash } from 'node:crypto';
import { join } from 'node:path';

import type { FunctionAddress } from '@later/job-schema';

/** Leaves room for an ending in the 255 bytes that file systems take for a name. */
const longestPlain = 200;

/** Where the lines of a function are kept: no two functions share a file, and none is outside the folder. */
export const logPath = (folder: string, { name, namespace }: FunctionAddress): string =>
  join(folder, fileNameOf(namespace), `${fileNameOf(name)}.ndjson`);

/**
 * Text as a file's name, another for each text. Capitals are escaped, for the file systems that take `Figlet` for
 * `figlet`, and a first dot, for `.` and `..`; what gets too long ends in its hash.
 */
function fileNameOf(text: string): string {
  const plain = text.replace(/^\.|[^-a-z0-9_.]/gu, escape) || '+';
  if (plain.length <= longestPlain) return plain;
  // Longer than any plain one, so that the two kinds cannot meet.
  return `${plain.slice(0, 150)}+${createHash('sha256').update(text).digest('hex')}`;
}

const escape = (character: string): string => `+${Buffer.from(character).toString('hex')}`;
