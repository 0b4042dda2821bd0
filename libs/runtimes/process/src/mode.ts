/**
 * How a function's process serves calls (OpenFaaS of-watchdog). `classic`: one process per call, whose output is the
 * answer once it has ended. `streaming`: the same, but output is sent as it is written. `http`: one server for all calls.
 */
export const modes = ['classic', 'streaming', 'http'] as const;

export type Mode = (typeof modes)[number];
