import type { IncomingMessage } from 'node:http';

import { expect, test } from 'vitest';

import { httpVariables } from './http-variables.js';

/** The variables of a request with these headers, which has lower-case names beside the raw ones as in Node. */
function variablesOf(rawHeaders: string[], query = ''): Record<string, string> {
  const headers: Record<string, string> = {};
  rawHeaders.forEach((name, index) => {
    if (index % 2 === 0) headers[name.toLowerCase()] = rawHeaders[index + 1]!;
  });
  const request = { method: 'PUT', rawHeaders, headers } as unknown as IncomingMessage;
  return httpVariables({ request, path: '/a%2Fb', query });
}

test('method, path and query are passed on unchanged, and Http_Query is missing without a query', () => {
  expect(variablesOf([])).toEqual({ Http_Method: 'PUT', Http_Path: '/a%2Fb', Http_Content_Length: '0' });
  expect(variablesOf([], 'x=%20')).toMatchObject({ Http_Query: 'x=%20' });
});

test('header names get canonical case, and repeated headers are joined into one variable', () => {
  const raw = ['hOST', 'a:80', 'x-call-ID', '1', 'X-TAG', 'one', 'x-tag', 'two', 'Content-Length', '7'];
  expect(variablesOf(raw)).toMatchObject({
    Http_Host: 'a:80',
    Http_X_Call_Id: '1',
    Http_X_Tag: 'one, two',
    Http_Content_Length: '7',
  });
});

test('headers cannot overwrite Http_Method, Http_Path and Http_Query or set a proxy', () => {
  const raw = ['Method', 'GET', 'path', '/etc', 'Query', 'x', 'Proxy', 'http://evil', 'Connection', 'close'];
  expect(variablesOf(raw)).toEqual({ Http_Method: 'PUT', Http_Path: '/a%2Fb', Http_Content_Length: '0' });
});

test('only header names of letters, digits and dashes become variables', () => {
  const raw = ['X_Y', '1', 'x.y', '2', "x'y", '3', 'x!y', '4', 'X-Ok', 'yes'];
  expect(Object.keys(variablesOf(raw))).toEqual(['Http_Content_Length', 'Http_X_Ok', 'Http_Method', 'Http_Path']);
});

test('UTF-8 header values are decoded, and other values stay as Node read them', () => {
  const utf8 = Buffer.from('zwei 二').toString('latin1');
  expect(variablesOf(['X-Text', utf8, 'X-Latin', '\u00e4'])).toMatchObject({
    Http_X_Text: 'zwei 二',
    Http_X_Latin: 'ä',
  });
});

test('a body of unknown length has no Http_Content_Length', () => {
  expect(variablesOf(['Transfer-Encoding', 'chunked'])).not.toHaveProperty('Http_Content_Length');
});
