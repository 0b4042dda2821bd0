/** The current time in unix nanoseconds, for `X-Start-Time`. The system clock gives milliseconds; the rest are zeros. */
export const startTimeNs = (): string => `${Date.now()}000000`;
