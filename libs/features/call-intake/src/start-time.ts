/** Now, in unix nanoseconds, as `X-Start-Time` has it. The clock gives milliseconds; the rest is their fraction. */
export function startTimeNs(): string {
  const micros = Math.round((performance.timeOrigin + performance.now()) * 1_000);
  return `${micros}000`;
}
