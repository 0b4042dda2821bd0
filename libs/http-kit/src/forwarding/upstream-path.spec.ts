import { expect, test } from 'vitest';

import { upstreamPath } from './upstream-path.js';

test.each([
  ['http://host', '/', '', '/'],
  ['http://host/', '/a%2Fb', 'x=%20', '/a%2Fb?x=%20'],
  ['http://host/base', '/a', '', '/base/a'],
  ['http://host/base/', '//a', '?', '/base//a??'],
])('%s with the path %s and the query "%s" is %s', (url, path, query, expected) => {
  expect(upstreamPath(new URL(url), { path, query })).toBe(expected);
});
