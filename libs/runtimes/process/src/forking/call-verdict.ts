import { describeEnding } from '../sandbox/describe-ending.js';
import type { Ending } from '../sandbox/sandbox.js';

/** How the process of one call ended. */
export type CallVerdict =
  | { readonly kind: 'answered'; readonly output: Buffer }
  | { readonly kind: 'failed'; readonly ending: Ending; readonly output: Buffer; readonly errors: Buffer }
  | { readonly kind: 'too-much'; readonly maxOutputBytes: number }
  | { readonly kind: 'too-slow'; readonly timeoutMs: number }
  | { readonly kind: 'not-found'; readonly command: string }
  | { readonly kind: 'not-started'; readonly command: string; readonly reason: string }
  | { readonly kind: 'client-gone' }
  | { readonly kind: 'stopped' };

interface VerdictResponse {
  readonly status: number;
  readonly body: Buffer;
}

/** The line that tells a function's log about a verdict; it repeats nothing of the function's output. */
export function logLineFor(verdict: CallVerdict): string | undefined {
  if (verdict.kind === 'answered') return undefined;
  if (verdict.kind === 'failed') return describeEnding(verdict.ending);
  return responseFor(verdict).body.toString().trimEnd();
}

/** The status and body that tell the caller about a verdict. */
export function responseFor(verdict: CallVerdict): VerdictResponse {
  switch (verdict.kind) {
    case 'answered':
      return { status: 200, body: verdict.output };
    case 'failed':
      return { status: 500, body: failureBody(verdict) };
    case 'too-much':
      return line(500, `The function answered with more than ${verdict.maxOutputBytes} bytes, and was ended.`);
    case 'too-slow':
      return line(504, `The function did not end within ${verdict.timeoutMs} ms (exec_timeout), and was ended.`);
    case 'not-found':
      return line(500, `The function's command "${verdict.command}" was not found on this machine.`);
    case 'not-started':
      return line(500, `The function's command "${verdict.command}" could not be started: ${verdict.reason}`);
    case 'client-gone':
      return line(502, 'The client went away, and the function was ended.');
    case 'stopped':
      return line(502, 'The function was stopped.');
  }
}

const line = (status: number, text: string): VerdictResponse => ({ status, body: Buffer.from(`${text}\n`) });

/** How the process ended, then its output, then the last of its standard error: as OpenFaaS's watchdog mixes them. */
const failureBody = ({ ending, output, errors }: Extract<CallVerdict, { kind: 'failed' }>): Buffer =>
  Buffer.concat([Buffer.from(`${describeEnding(ending)}\n`), output, errors]);
