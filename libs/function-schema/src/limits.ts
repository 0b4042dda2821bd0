import { z } from 'zod';

/** The suffixes of Kubernetes, and Docker's lower-case ones: `128m` is not a thousandth of a byte here. */
const unitBytes: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  k: 1024,
  m: 1024 ** 2,
  g: 1024 ** 3,
  K: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  Ki: 1024,
  Mi: 1024 ** 2,
  Gi: 1024 ** 3,
  Ti: 1024 ** 4,
};

/** From the minimum of container engines to more than any machine has. */
const leastMemoryBytes = 6 * 1024 ** 2;
const mostMemoryBytes = 64 * 1024 ** 4;
const leastCpu = 0.001;
const mostCpu = 1_024;

/** Parses `128Mi`, `1G` or `128m` into bytes; undefined for any other format. */
export function parseMemory(text: string): number | undefined {
  const [, amount, unit] = /^(\d{1,15}(?:\.\d{1,6})?)([bkmgKMGT]|[KMGT]i)?$/.exec(text) ?? [];
  return amount === undefined ? undefined : Math.round(Number(amount) * unitBytes[unit ?? '']!);
}

/** Parses `100m` or `0.5` into processors; undefined for any other format. */
export function parseCpu(text: string): number | undefined {
  const [, amount, milli] = /^(\d{1,9}(?:\.\d{1,6})?)(m)?$/.exec(text) ?? [];
  return amount === undefined ? undefined : Number(amount) / (milli ? 1_000 : 1);
}

const within = (value: number | undefined, least: number, most: number): boolean =>
  value !== undefined && value >= least && value <= most;

/** The `limits` and `requests` of a deployment; parsing checks them and keeps their text. */
export const limits = z.object({
  memory: z
    .string()
    .refine((text) => text === '' || within(parseMemory(text), leastMemoryBytes, mostMemoryBytes), {
      error: 'expected a size from 6Mi to 64Ti, such as 128Mi',
    })
    .nullish(),
  cpu: z
    .string()
    .refine((text) => text === '' || within(parseCpu(text), leastCpu, mostCpu), {
      error: 'expected processors from 1m to 1024, such as 100m or 0.5',
    })
    .nullish(),
});

export type Limits = z.infer<typeof limits>;
