import type { IncomingMessage } from 'node:http';

import { expect, test } from 'vitest';

import { readCallTarget } from './call-target.js';

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
])('%s', (target, name, path, query) => {
  expect(readCallTarget({ url: target } as IncomingMessage)).toEqual({ name, path, query });
});
