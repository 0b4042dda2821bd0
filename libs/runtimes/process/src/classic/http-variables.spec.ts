import type { IncomingMessage } from 'node:http';

import { expect, test } from 'vitest';

import { httpVariables } from './http-variables.js';

/** As Node gives it: names in lower case beside the raw ones. */
function variablesOf(rawHeaders: string[], query = ''): Record<string, string> {
  const headers: Record<string, string> = {};
  rawHeaders.forEach((name, index) => {
    if (index % 2 === 0) headers[name.toLowerCase()] = rawHeaders[index + 1]!;
  });
  const request = { method: 'PUT', rawHeaders, headers } as unknown as IncomingMessage;
  return httpVariables({ request, path: '/a%2Fb', query });
}

test('method, path and query are as they came, and there is no query when there was none', () => {
  expect(variablesOf([])).toEqual({ Http_Method: 'PUT', Http_Path: '/a%2Fb', Http_Content_Length: '0' });
  expect(variablesOf([], 'x=%20')).toMatchObject({ Http_Query: 'x=%20' });
});

test('headers are in canonical case, and repeated ones in one', () => {
  const raw = ['hOST', 'a:80', 'x-call-ID', '1', 'X-TAG', 'one', 'x-tag', 'two', 'Content-Length', '7'];
  expect(variablesOf(raw)).toMatchObject({
    Http_Host: 'a:80',
    Http_X_Call_Id: '1',
    Http_X_Tag: 'one, two',
    Http_Content_Length: '7',
  });
});

test('what a function is told of a call cannot be forged by a header, nor can a proxy be set', () => {
  const raw = ['Method', 'GET', 'path', '/etc', 'Query', 'x', 'Proxy', 'http://evil', 'Connection', 'close'];
  expect(variablesOf(raw)).toEqual({ Http_Method: 'PUT', Http_Path: '/a%2Fb', Http_Content_Length: '0' });
});

test('only plain names become variables', () => {
  const raw = ['X_Y', '1', 'x.y', '2', "x'y", '3', 'x!y', '4', 'X-Ok', 'yes'];
  expect(Object.keys(variablesOf(raw))).toEqual(['Http_Content_Length', 'Http_X_Ok', 'Http_Method', 'Http_Path']);
});

test('UTF-8 is passed on as such, and what is none as it was read', () => {
  const utf8 = Buffer.from('zwei 二').toString('latin1');
  expect(variablesOf(['X-Text', utf8, 'X-Latin', '\u00e4'])).toMatchObject({
    Http_X_Text: 'zwei 二',
    Http_X_Latin: 'ä',
  });
});

test('a body of unknown length has none', () => {
  expect(variablesOf(['Transfer-Encoding', 'chunked'])).not.toHaveProperty('Http_Content_Length');
});
