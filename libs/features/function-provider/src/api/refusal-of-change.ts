import type { Refusal } from '@later/http-kit';

import { ConflictError, NotFoundError } from '../deploying/change-errors.js';

/** The answer to a change that the provider does not make; undefined for any other error. */
export function refusalOfChange(error: unknown): Refusal | undefined {
  if (!(error instanceof NotFoundError || error instanceof ConflictError)) return undefined;
  return { status: error.status, text: error.message };
}
