import { expect, test } from 'vitest';

import { findRoute } from './system-routes.js';

test.each([
  ['/system/functions', '/system/functions'],
  ['/system/functions/', '/system/functions'],
  ['/%73ystem/%66unctions', '/system/functions'],
  ['/system/function/figlet', '/system/function/figlet'],
  ['/system/function/fig%6Cet/', '/system/function/figlet'],
  ['/system/function/a%2Fb%3Fc', '/system/function/a%2Fb%3Fc'],
  ['/system/scale-function/figlet', '/system/scale-function/figlet'],
  ['/system/namespace/staging', '/system/namespace/staging'],
])('%s has the path %s at the provider', (sent, path) => {
  expect(findRoute(sent)?.path).toBe(path);
});

test.each([
  '/system',
  '/system/',
  '/system/nothing',
  '/system/__proto__',
  '/system/constructor',
  '/system//functions',
  '/system/functions/figlet',
  '/system/function',
  '/system/function/',
  '/system/function/a/b',
  '/system/function/..',
  '/system/function/%2e%2e',
  '/system/namespace/.',
  '/system/../system/functions',
  '/system/%FF',
])('%s has no route', (sent) => {
  expect(findRoute(sent)).toBeUndefined();
});
