import { expect, test } from 'vitest';

import { endToEnd, forFunction, headerValue, pairsOf } from './headers.js';

test('repeated headers keep their order and spelling', () => {
  expect(pairsOf(['Accept', 'a', 'X-Tag', '1', 'x-tag', '2'])).toEqual([
    ['Accept', 'a'],
    ['X-Tag', '1'],
    ['x-tag', '2'],
  ]);
});

test('hop-by-hop headers and those named in Connection are removed', () => {
  const raw = [
    'Connection',
    'close , X-Private',
    'x-private',
    '1',
    'connection',
    'X-Too',
    'X-Too',
    '2',
    'TE',
    'trailers',
  ];
  const pairs = pairsOf([...raw, 'Accept', '*/*']);
  expect(endToEnd(pairs)).toEqual([['Accept', '*/*']]);
});

test('a caller cannot set the headers that only Later may set', () => {
  const forged = ['X-Function-Status', 'X-Function-Name', 'X-Retry', 'X-Retry-Max', 'X-Start-Time', 'X-Later-Attempt'];
  const pairs = forged.map((name) => [name, 'forged'] as const);
  expect(forFunction([...pairs, ['X-Retry-Policy', 'kept'], ['Host', 'a'], ['Content-Length', '3']])).toEqual([
    ['X-Retry-Policy', 'kept'],
  ]);
});

test('a header is found in every spelling', () => {
  expect(headerValue([['x-CALL-id', 'a']], 'X-Call-Id')).toBe('a');
  expect(headerValue([], 'X-Call-Id')).toBeUndefined();
});
