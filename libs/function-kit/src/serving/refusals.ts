import type { Refusal } from '@later/http-kit';
import { formatDuration } from '@later/job-schema';

import type { RegisteredFunction } from '../registering/register-functions.js';

/** Every answer of the kit itself. */
export const refusals = {
  unknownFunction: (name: string, served: readonly string[]): Refusal => ({
    status: 404,
    text: `There is no function "${name}" here. There is: ${served.join(', ') || 'none'}.`,
  }),

  tooManyInFlight: ({ name, limits }: RegisteredFunction): Refusal => ({
    status: 429,
    text: `Function "${name}" takes ${limits.maxInFlight} calls at once. Try again.`,
    headers: { 'Retry-After': '1' },
  }),

  bodyTooLarge: ({ name, limits }: RegisteredFunction): Refusal => ({
    status: 413,
    text: `The body is over ${limits.maxBodyBytes} bytes, the most that function "${name}" takes.`,
  }),

  timedOut: ({ name, limits }: RegisteredFunction): Refusal => ({
    status: 504,
    text: `Function "${name}" did not answer within ${formatDuration(limits.timeoutMs)}.`,
  }),

  /** No client reads this answer. 499 is nginx's status for it in an access log. */
  clientGone: (): Refusal => ({ status: 499, text: 'The client went away.' }),

  /** Does not contain the error: the answer may be posted to a third party's callback URL. */
  failed: ({ name }: RegisteredFunction, callId: string): Refusal => ({
    status: 500,
    text: `Function "${name}" failed. Its log says why, under call id ${callId}.`,
  }),
};
