import { validateHeaderName, validateHeaderValue } from 'node:http';

import type { Refusal } from '@later/http-kit';
import { endToEnd } from '@later/job-schema';

import { FunctionResult, type FunctionAnswer } from '../calling/function-result.js';

/** A function's answer as it is sent: header names in lower case, the body as bytes. */
export interface WireAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, readonly string[]>>;
  readonly body: Buffer;
}

/** A refusal as an answer, which the headers of its call can be added to. */
export const encodeRefusal = ({ status, headers = {}, text }: Refusal): WireAnswer =>
  encodeAnswer(new FunctionResult({ status, headers, body: `${text}\n` }));

/**
 * Encodes the value that a function returned: the table is in the package's README.
 * @throws TypeError or RangeError for a value that cannot be sent
 */
export function encodeAnswer(returned: FunctionAnswer): WireAnswer {
  const { status, headers, body } =
    returned instanceof FunctionResult ? returned : new FunctionResult({ body: returned as object });
  if (!Number.isInteger(status) || status < 200 || status > 599)
    throw new RangeError(`A status is a whole number from 200 to 599, not ${status}`);
  const { type, bytes } = encode(body);
  return { status, headers: { 'content-type': [type], ...sendable(headers) }, body: bytes };
}

function encode(body: FunctionResult['body']): { type: string; bytes: Buffer } {
  if (body === undefined || typeof body === 'string')
    return { type: 'text/plain; charset=utf-8', bytes: Buffer.from(body ?? '') };
  if (body instanceof Uint8Array)
    return { type: 'application/octet-stream', bytes: Buffer.from(body.buffer, body.byteOffset, body.byteLength) };
  const json = JSON.stringify(body) as string | undefined;
  if (json === undefined) throw new TypeError(`A ${typeof body} cannot be sent as JSON`);
  return { type: 'application/json', bytes: Buffer.from(json) };
}

/** Removes the headers of a connection and of the body's length: a function that forwards an answer may return them. */
function sendable(headers: FunctionResult['headers']): WireAnswer['headers'] {
  const pairs = Object.entries(headers).flatMap(([name, values]) =>
    [values].flat().map((value): [string, string] => [name.toLowerCase(), value]),
  );
  for (const [name, value] of pairs) {
    validateHeaderName(name);
    validateHeaderValue(name, value);
  }
  const sent = endToEnd(pairs).filter(([name]) => name !== 'content-length');
  return Object.fromEntries(
    [...Map.groupBy(sent, ([name]) => name)].map(([name, fields]) => [name, fields.map(([, value]) => value)]),
  );
}
