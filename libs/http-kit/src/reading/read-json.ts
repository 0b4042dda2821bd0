import { parseJson } from '@later/job-schema';
import type { z } from 'zod';

import { readBody, type Incoming } from './read-body.js';

/** A request with faults. The message has one line for each: `field: expected value`. */
export class InvalidRequestError extends Error {
  readonly code = 'INVALID_REQUEST';

  constructor(readonly faults: readonly string[]) {
    super(faults.join('\n'));
    this.name = new.target.name;
  }
}

/**
 * Reads a body as JSON of a schema. The content type is ignored: OpenFaaS's clients do not always send one. An empty body
 * is an object without fields.
 * @throws InvalidRequestError naming every field that does not fit
 * @throws BodyTooLargeError, BodyBrokeOffError as `readBody`
 */
export async function readJson<Schema extends z.ZodType>(
  incoming: Incoming,
  schema: Schema,
  maxBytes = 4 * 1024 ** 2,
): Promise<z.output<Schema>> {
  const body = await readBody(incoming, maxBytes);
  const json = body.length === 0 ? {} : parseJson(body);
  if (json === undefined) throw new InvalidRequestError(['body: expected JSON']);
  return parseRequest(schema, json);
}

/**
 * Checks a value that is already read, such as a query.
 * @throws InvalidRequestError naming every field that does not fit
 */
export function parseRequest<Schema extends z.ZodType>(schema: Schema, given: unknown): z.output<Schema> {
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  throw new InvalidRequestError(
    parsed.error.issues.map(({ path, message }) => `${path.map(String).join('.') || 'body'}: ${message}`),
  );
}
