import { z } from 'zod';

const unitMs: Record<string, number> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** Node's timers accept up to 2^31 - 1 ms; a longer timer fires at once. */
const longestMs = 24 * 24 * unitMs['h']!;

/**
 * Reads a duration such as `500ms`, `10s` or `5m`, or a sum as Go writes it (`1h30m`).
 * @returns ms; undefined when the text is no duration, or is over 24 days, the limit of Node's timers
 */
export function parseDuration(text: string): number | undefined {
  if (text.length > 32 || !/^(\d+(\.\d+)?(ms|s|m|h))+$/.test(text)) return undefined;
  let ms = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)) ms += Number(amount) * unitMs[unit!]!;
  return ms <= longestMs ? Math.round(ms) : undefined;
}

/** Writes a duration in the largest unit that is exact: `90s`, `1h`. */
export function formatDuration(ms: number): string {
  const [unit, size] = Object.entries(unitMs).findLast(([, unitSize]) => ms >= unitSize && ms % unitSize === 0) ?? [
    'ms',
    1,
  ];
  return `${ms / size}${unit}`;
}

/** Reads a duration such as `10s`, also `0s`; gives ms. */
export const duration = z.string().transform((text, context) => {
  const ms = parseDuration(text);
  if (ms !== undefined) return ms;
  context.addIssue({
    code: 'custom',
    message: `expected a duration such as 500ms, 10s or 5m, at most 24 days, received "${text}"`,
  });
  return z.NEVER;
});

/** Reads a duration above 0; gives ms. */
export const positiveDuration = duration.refine((ms) => ms > 0, 'expected a duration above 0');
