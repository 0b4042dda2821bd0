import { describe, expect, test } from 'vitest';

import { isProtected } from './protected-path.js';

const paths = ['/system', '/ui'];
const at = (sentUrl: string, routeUrl?: string): boolean => isProtected(paths, { routeUrl, sentUrl });

describe('the matched route decides', () => {
  test.each(['/system', '/system/*', '/system/functions', '/ui', '/ui/', '/ui/*'])('%s is protected', (route) => {
    expect(at('/anything', route)).toBe(true);
  });

  test.each(['/function/*', '/healthz', '/', '/systems', '/uint/*', '/async-function/*'])('%s is open', (route) => {
    expect(at('/function/x/../../system/functions', route)).toBe(false);
  });
});

const spellings = [
  '/system',
  '/system/functions',
  '/system?x',
  '//system/functions',
  '/./system',
  '/x/../system',
  '/system/../system/x',
  '/%73ystem/functions',
  '/%2573ystem/functions',
  '/%2fsystem/x',
  '/x%2f..%2fsystem/x',
  '/x/%2e%2e/system',
  '/SYSTEM/functions',
  '/system;a=b/functions',
  '/system%00/x',
  '\\system\\functions',
  '/\\system',
  '/%5csystem',
  'http://host/system/functions',
  'HTTP://user@host:80//system',
  '/ui',
  '/%75i/index.html',
];

test.each(spellings)('%s is protected when no route or a route for any path matches', (url) => {
  for (const route of [undefined, '*', '/*', '/:any', '/:any/*']) expect(at(url, route)).toBe(true);
});

test.each(['/', '/favicon.ico', '/systems', '/x/system', '/?/system', '/function/system', '*', '', '/%', '/system/..'])(
  '%s is open when no route matches',
  (url) => expect(at(url)).toBe(false),
);
