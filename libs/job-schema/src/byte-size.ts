import { z } from 'zod';

const unitBytes: Record<string, number> = { '': 1, B: 1, KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3 };

/** Reads a size such as `65536`, `900KiB` or `1MiB`. @returns bytes; undefined when the text is no size */
export function parseByteSize(text: string): number | undefined {
  const [, amount, unit] = /^(\d{1,12})\s?(B|KiB|MiB|GiB)?$/.exec(text) ?? [];
  return amount === undefined ? undefined : Number(amount) * unitBytes[unit ?? '']!;
}

/** Reads a size such as `1MiB`, or a number of bytes; gives bytes. */
export const byteSize = z.union([z.string(), z.number()]).transform((input, context) => {
  const bytes = parseByteSize(String(input));
  if (bytes !== undefined) return bytes;
  context.addIssue({ code: 'custom', message: `expected a size such as 65536, 900KiB or 1MiB, received "${input}"` });
  return z.NEVER;
});
