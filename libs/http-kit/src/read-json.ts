import type { z } from 'zod';

import { readBody, type Incoming } from './read-body.js';

/** Every fault of what somebody sent, a line each: `field: what was expected`. */
export class InvalidRequestError extends Error {
  readonly code = 'INVALID_REQUEST';

  constructor(readonly faults: readonly string[]) {
    super(faults.join('\n'));
    this.name = new.target.name;
  }
}

/**
 * Reads a body as JSON of a schema, whatever its content type says: OpenFaaS's clients do not always send one. Nothing
 * at all is an object without fields.
 * @throws InvalidRequestError naming every field that does not fit
 * @throws BodyTooLargeError, BodyBrokeOffError as `readBody`
 */
export async function readJson<Schema extends z.ZodType>(
  incoming: Incoming,
  schema: Schema,
  maxBytes = 4 * 1024 ** 2,
): Promise<z.output<Schema>> {
  const body = await readBody(incoming, maxBytes);
  return checked(schema, body.length === 0 ? {} : parse(body.toString('utf8')));
}

/** The same for what was read by other ways, such as a query. */
export function checked<Schema extends z.ZodType>(schema: Schema, given: unknown): z.output<Schema> {
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  throw new InvalidRequestError(
    parsed.error.issues.map(({ path, message }) => `${path.map(String).join('.') || 'body'}: ${message}`),
  );
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new InvalidRequestError(['body: expected JSON']);
  }
}
