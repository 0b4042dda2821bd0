import { validateHeaderName, validateHeaderValue } from 'node:http';

import { endToEnd } from '@later/job-schema';

import { FunctionResult, type FunctionAnswer, type FunctionResultParts } from '../calling/function-result.js';

/** An answer as it goes on the wire. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, readonly string[]>>;
  readonly body: Buffer;
}

/** A text of ours. */
export const textAnswer = (status: number, text: string, headers: FunctionResultParts['headers'] = {}): Answer =>
  answerOf(new FunctionResult({ status, headers, body: `${text}\n` }));

/**
 * Puts what a function returned on the wire: the table is in the package's README.
 * @throws TypeError or RangeError for what cannot be sent
 */
export function answerOf(returned: FunctionAnswer): Answer {
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

/** Without what belongs to the connection or follows from the body, as a function that passes on an answer would send. */
function sendable(headers: FunctionResult['headers']): Answer['headers'] {
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
