import { describe, expect, test } from 'vitest';

import { FunctionResult, type FunctionAnswer } from '../calling/function-result.js';
import { encodeAnswer } from './wire-answer.js';

describe("a function's answer", () => {
  test.each<[FunctionAnswer, string, string]>([
    ['ō', 'text/plain; charset=utf-8', 'ō'],
    [undefined, 'text/plain; charset=utf-8', ''],
    [Uint8Array.of(104, 105), 'application/octet-stream', 'hi'],
    [new Uint8Array(Buffer.from('xhix').buffer, 0, 0), 'application/octet-stream', ''],
    [{ a: [1] }, 'application/json', '{"a":[1]}'],
    [[1], 'application/json', '[1]'],
    [new FunctionResult({ body: { a: 1 } }), 'application/json', '{"a":1}'],
    [new FunctionResult({ headers: { 'Content-Type': 'image/png' }, body: 'x' }), 'image/png', 'x'],
  ])('%j has the content type %s', (returned, type, body) => {
    const answer = encodeAnswer(returned);
    expect([answer.status, answer.headers['content-type'], answer.body.toString()]).toEqual([200, [type], body]);
  });

  test('keeps each value of a repeated header, in every spelling of its name', () => {
    const { headers } = encodeAnswer(new FunctionResult({ headers: { 'X-Tag': ['a', 'b'], 'x-tag': 'c' } }));
    expect(headers['x-tag']).toEqual(['a', 'b', 'c']);
  });

  test('has no header of a connection, and no length that may be wrong', () => {
    const passedOn = {
      'Content-Length': '9',
      'Transfer-Encoding': 'chunked',
      Connection: 'x-hop',
      'X-Hop': '1',
      ETag: 'e',
    };
    const { headers } = encodeAnswer(new FunctionResult({ headers: passedOn }));
    expect(Object.keys(headers)).toEqual(['content-type', 'etag']);
  });

  test.each<[string, () => FunctionAnswer]>([
    ['an interim status', () => new FunctionResult({ status: 101 })],
    ['a status that is not a whole number', () => new FunctionResult({ status: 2.5 })],
    ['a header of two lines', () => new FunctionResult({ headers: { 'X-A': 'a\r\nb' } })],
    ['a header without a name', () => new FunctionResult({ headers: { '': 'a' } })],
    ['a function', () => () => 'x'],
    [
      'an object that contains itself',
      () => {
        const circle: Record<string, unknown> = {};
        circle['self'] = circle;
        return circle;
      },
    ],
  ])('cannot be %s', (_what, returned) => {
    expect(() => encodeAnswer(returned())).toThrow();
  });
});
