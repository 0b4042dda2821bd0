import { describe, expect, test } from 'vitest';

import { FunctionResult, type FunctionAnswer } from '../calling/function-result.js';
import { answerOf } from './answer.js';

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
  ])('%j has the type %s', (returned, type, body) => {
    const answer = answerOf(returned);
    expect([answer.status, answer.headers['content-type'], answer.body.toString()]).toEqual([200, [type], body]);
  });

  test('keeps each value of a repeated header, however it is spelt', () => {
    const { headers } = answerOf(new FunctionResult({ headers: { 'X-Tag': ['a', 'b'], 'x-tag': 'c' } }));
    expect(headers['x-tag']).toEqual(['a', 'b', 'c']);
  });

  test('says nothing of the connection, nor of a length that may not be its own', () => {
    const passedOn = {
      'Content-Length': '9',
      'Transfer-Encoding': 'chunked',
      Connection: 'x-hop',
      'X-Hop': '1',
      ETag: 'e',
    };
    const { headers } = answerOf(new FunctionResult({ headers: passedOn }));
    expect(Object.keys(headers)).toEqual(['content-type', 'etag']);
  });

  test.each<[string, () => FunctionAnswer]>([
    ['a status that ends no call', () => new FunctionResult({ status: 101 })],
    ['a status that is none', () => new FunctionResult({ status: 2.5 })],
    ['a header of two lines', () => new FunctionResult({ headers: { 'X-A': 'a\r\nb' } })],
    ['a header without a name', () => new FunctionResult({ headers: { '': 'a' } })],
    ['a function', () => () => 'x'],
    [
      'what goes round in circles',
      () => {
        const circle: Record<string, unknown> = {};
        circle['self'] = circle;
        return circle;
      },
    ],
  ])('cannot be %s', (_what, returned) => {
    expect(() => answerOf(returned())).toThrow();
  });
});
