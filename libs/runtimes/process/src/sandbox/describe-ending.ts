import type { Ending } from './sandbox.js';

/** Describes an ending in the words of Go, and so of OpenFaaS's watchdog: `exit status 1`, `signal: killed`. */
export function describeEnding(ending: Ending): string {
  if (ending.kind === 'exited') return `exit status ${ending.status}`;
  return `signal: ${signalNames[ending.signal] ?? ending.signal}`;
}

const signalNames: Partial<Record<NodeJS.Signals, string>> = {
  SIGABRT: 'aborted',
  SIGFPE: 'floating point exception',
  SIGHUP: 'hangup',
  SIGILL: 'illegal instruction',
  SIGINT: 'interrupt',
  SIGKILL: 'killed',
  SIGPIPE: 'broken pipe',
  SIGSEGV: 'segmentation fault',
  SIGTERM: 'terminated',
};
