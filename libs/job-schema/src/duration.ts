import { z } from 'zod';

const unitMs: Record<string, number> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** Node's timers take 2^31 - 1 ms; one that is longer fires at once. */
const longestMs = 24 * 24 * unitMs['h']!;

/**
 * A duration as people write it, in ms: `500ms`, `10s`, `5m`, and sums of these as Go writes them (`1h30m`).
 * @returns undefined when the text is none, or is over 24 days, which is as long as Node's timers go
 */
export function parseDuration(text: string): number | undefined {
  if (text.length > 32 || !/^(\d+(\.\d+)?(ms|s|m|h))+$/.test(text)) return undefined;
  let ms = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)) ms += Number(amount) * unitMs[unit!]!;
  return ms <= longestMs ? Math.round(ms) : undefined;
}

/** The same for reading: the largest unit that says it exactly. */
export function formatDuration(ms: number): string {
  const [unit, size] = Object.entries(unitMs).findLast(([, unitSize]) => ms >= unitSize && ms % unitSize === 0) ?? [
    'ms',
    1,
  ];
  return `${ms / size}${unit}`;
}

/** Text like `10s` at the border, ms inside; 0 is a duration too. */
export const duration = z.string().transform((text, context) => {
  const ms = parseDuration(text);
  if (ms !== undefined) return ms;
  context.addIssue({
    code: 'custom',
    message: `expected a duration such as 500ms, 10s or 5m, at most 24 days, received "${text}"`,
  });
  return z.NEVER;
});

/** The same, for what makes no sense in no time. */
export const positiveDuration = duration.refine((ms) => ms > 0, 'expected a duration above 0');
