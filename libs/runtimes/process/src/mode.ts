/**
 * How a function's process stands to its calls (OpenFaaS of-watchdog): one process for each call, whose output is the
 * answer once it has ended, or as it comes; or one server for all calls.
 */
export const modes = ['classic', 'streaming', 'http'] as const;

export type Mode = (typeof modes)[number];
