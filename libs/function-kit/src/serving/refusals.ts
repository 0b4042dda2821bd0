import { formatDuration } from '@later/job-schema';

import type { RegisteredFunction } from '../registering/register-functions.js';
import { textAnswer, type Answer } from './answer.js';

/** What the kit itself answers, as the caller reads it. */
export const refusals = {
  unknown: (name: string, known: readonly string[]): Answer =>
    textAnswer(404, `There is no function "${name}" here. There is: ${known.join(', ') || 'none'}.`),

  tooManyInFlight: ({ name, limits }: RegisteredFunction): Answer =>
    textAnswer(429, `Function "${name}" takes ${limits.maxInFlight} calls at once. Try again.`, { 'Retry-After': '1' }),

  bodyTooLarge: ({ name, limits }: RegisteredFunction): Answer =>
    textAnswer(413, `The body is over ${limits.maxBodyBytes} bytes, the most that function "${name}" takes.`),

  timedOut: ({ name, limits }: RegisteredFunction): Answer =>
    textAnswer(504, `Function "${name}" did not answer within ${formatDuration(limits.timeoutMs)}.`),

  /** Nobody reads it: nginx's status for the access log. */
  clientGone: (): Answer => textAnswer(499, 'The client went away.'),

  /** Says nothing of the error: an answer may be posted to a third party's callback URL. */
  failed: ({ name }: RegisteredFunction, callId: string): Answer =>
    textAnswer(500, `Function "${name}" failed. Its log says why, under call id ${callId}.`),
};
