import { BodyBrokeOffError, BodyTooLargeError } from '../reading/read-body.js';
import { InvalidRequestError } from '../reading/read-json.js';
import type { Refusal } from './refusal.js';

/** The answer to a request that the client can correct; undefined for any other error: that is a defect. */
export function refusalOfError(error: unknown): Refusal | undefined {
  if (error instanceof InvalidRequestError) return { status: 400, text: error.message };
  if (error instanceof BodyBrokeOffError) return { status: 400, text: 'The body broke off before its end.' };
  if (error instanceof BodyTooLargeError) return { status: 413, text: error.message };
  return undefined;
}
