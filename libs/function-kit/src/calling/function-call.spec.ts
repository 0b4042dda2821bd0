import { expect, test } from 'vitest';

import { aFunctionCall } from '../testing.js';
import { FunctionError } from './function-error.js';

test("a call's body is read as bytes, as text or as JSON", () => {
  const call = aFunctionCall({ body: { answer: 42 } });
  expect(call.json()).toEqual({ answer: 42 });
  expect(call.text()).toBe('{"answer":42}');
  expect(call.body).toHaveLength(13);
});

test("a body that is not JSON is the caller's fault", () => {
  const read = () => aFunctionCall({ body: '{' }).json();
  expect(read).toThrow(FunctionError);
  expect(read).toThrow(expect.objectContaining({ status: 400 }) as Error);
});

test('a header is found in any spelling, and repeated headers stay separate', () => {
  const call = aFunctionCall({ headers: [['X-Tag', 'a'], ['x-tag', 'b']] }); // prettier-ignore
  expect(call.headers.get('X-TAG')).toBe('a, b');
  expect(call.rawHeaders).toEqual([['X-Tag', 'a'], ['x-tag', 'b']]); // prettier-ignore
});

test('a call made for a test is a first attempt with its own id', () => {
  expect(aFunctionCall()).toMatchObject({ method: 'POST', path: '/', query: '', attempt: 1 });
  expect(aFunctionCall().callId).not.toBe(aFunctionCall().callId);
});
