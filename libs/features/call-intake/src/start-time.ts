/** Now, in unix nanoseconds, as `X-Start-Time` has it. The clock of the day gives milliseconds; the rest are zeros. */
export const startTimeNs = (): string => `${Date.now()}000000`;
