import type { IncomingMessage } from 'node:http';

import { expect, test } from 'vitest';

import { readServedTarget } from './read-served-target.js';

test.each([
  ['/echo', 'echo', '/', ''],
  ['/echo/', 'echo', '/', ''],
  ['/echo?', 'echo', '/', ''],
  ['/echo?a=/b?c', 'echo', '/', 'a=/b?c'],
  ['/echo/a%2Fb/%E2%9C%93?x=%20y&x=2', 'echo', '/a%2Fb/%E2%9C%93', 'x=%20y&x=2'],
  ['/echo//a/../b;c', 'echo', '//a/../b;c', ''],
  ['/', '', '/', ''],
  ['http://host:80/echo/a?b', 'echo', '/a', 'b'],
  ['http://host?b', '', '/', 'b'],
  ['*', '*', '/', ''],
])('the target %s names the function "%s" with the path %s and the query %s', (target, name, path, query) => {
  expect(readServedTarget({ url: target } as IncomingMessage)).toEqual({ name, path, query });
});
