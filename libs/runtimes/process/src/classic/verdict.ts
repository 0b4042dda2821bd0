import type { Ending } from '../sandbox/sandbox.js';

/** What became of the process of one call. */
export type Verdict =
  | { readonly kind: 'answered'; readonly output: Buffer }
  | { readonly kind: 'failed'; readonly ending: Ending; readonly output: Buffer; readonly errors: Buffer }
  | { readonly kind: 'too-much'; readonly maxOutputBytes: number }
  | { readonly kind: 'too-slow'; readonly timeoutMs: number }
  | { readonly kind: 'not-found'; readonly command: string }
  | { readonly kind: 'not-started'; readonly command: string; readonly reason: string }
  | { readonly kind: 'client-gone' }
  | { readonly kind: 'stopped' };

interface Answer {
  readonly status: number;
  readonly body: Buffer;
}

/** As Go says it, and so the watchdog: `exit status 1`, `signal: killed`. */
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

const said = (status: number, text: string): Answer => ({ status, body: Buffer.from(`${text}\n`) });

/** How it ended, what it answered, and the last of what it complained of: OpenFaaS mixes the latter two. */
const failure = ({ ending, output, errors }: Extract<Verdict, { kind: 'failed' }>): Buffer =>
  Buffer.concat([Buffer.from(`${describeEnding(ending)}\n`), output, errors]);

/** The line that tells a log of it; none of what the function put out. */
export function logLineOf(verdict: Verdict): string | undefined {
  if (verdict.kind === 'answered') return undefined;
  if (verdict.kind === 'failed') return describeEnding(verdict.ending);
  return answerOf(verdict).body.toString().trimEnd();
}

/** The status and body that tell a caller of it. */
export function answerOf(verdict: Verdict): Answer {
  switch (verdict.kind) {
    case 'answered':
      return { status: 200, body: verdict.output };
    case 'failed':
      return { status: 500, body: failure(verdict) };
    case 'too-much':
      return said(500, `The function answered with more than ${verdict.maxOutputBytes} bytes, and was ended.`);
    case 'too-slow':
      return said(504, `The function did not end within ${verdict.timeoutMs} ms (exec_timeout), and was ended.`);
    case 'not-found':
      return said(500, `The function's command "${verdict.command}" was not found on this machine.`);
    case 'not-started':
      return said(500, `The function's command "${verdict.command}" could not be started: ${verdict.reason}`);
    case 'client-gone':
      return said(502, 'The client went away, and the function was ended.');
    case 'stopped':
      return said(502, 'The function was stopped.');
  }
}
