import { expect, test } from 'vitest';

import { readRequestTarget, routableUrl, splitFirstSegment } from './request-target.js';

test.each([
  ['/a/b?x=1', '/a/b', 'x=1'],
  ['/a%2Fb/%FF?x=/?y', '/a%2Fb/%FF', 'x=/?y'],
  ['//a', '//a', ''],
  ['/a?', '/a', ''],
  ['http://host:80/a?b', '/a', 'b'],
  ['HTTPS://host/a', '/a', ''],
  ['http://host?b', '', 'b'],
  ['http://host', '', ''],
  ['/http://host/a', '/http://host/a', ''],
  ['*', '*', ''],
])('the target %s has the path %s and the query %s', (written, path, query) => {
  expect(readRequestTarget(written)).toEqual({ path, query });
});

test.each([
  ['/a/b/c', 'a', '/b/c'],
  ['/a/', 'a', '/'],
  ['/a', 'a', ''],
  ['//a', '', '/a'],
  ['/', '', ''],
  ['', '', ''],
  ['*', '*', ''],
])('the first segment of "%s" is "%s"', (path, segment, rest) => {
  expect(splitFirstSegment(path)).toEqual({ segment, rest });
});

test('the router sees only URLs that it can decode', () => {
  for (const url of ['/a', '/a%20b?c=%', '/%25', '/a%2Fb', '*']) expect(routableUrl({ url })).toBe(url);
  expect(routableUrl({ url: '/a/100%/%20?c=%' })).toBe('/a/100%25/%2520?c=%');
  expect(routableUrl({ url: '/a/%FF' })).toBe('/a/%25FF');
});
