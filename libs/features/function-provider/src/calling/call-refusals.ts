import { printable, type Refusal } from '@later/http-kit';

import type { CallFailure } from '../deploying/function-provider.js';

/** The wait before the next attempt when an instance may be free or started by then, in s. */
const retryAfter = { 'Retry-After': '1' };

export const unusableName = (name: string): Refusal => ({
  status: 404,
  text: `"${printable(name)}" cannot be a function's name.`,
});

/** The answer to a call that no instance takes. */
export function refusalOfCall(name: string, failure: CallFailure): Refusal {
  if (failure === 'unknown') return { status: 404, text: `Function "${name}" is not deployed here.` };
  switch (failure.kind) {
    case 'busy': {
      const text = `Function "${name}" has as many calls in flight as its max_inflight allows.`;
      return { status: 429, text, headers: retryAfter };
    }
    case 'not-ready':
      return { status: 503, text: `Function "${name}" is not ready: ${failure.reason}.`, headers: retryAfter };
    case 'cannot-start':
      // The reason may contain the function's own output, which not every caller may read.
      return { status: 502, text: `Function "${name}" cannot be called: it did not start. Its log says why.` };
  }
}
