import { expect, test } from 'vitest';

import { BasicAuth, authorizationFor, basicAuthorization } from './basic-auth.js';

const auth = new BasicAuth('admin', 'p:ä s');
const encoded = (text: string): string => Buffer.from(text).toString('base64');

test('admits the user by the password, however the scheme is written', () => {
  expect(auth.admits(basicAuthorization('admin', 'p:ä s'))).toBe(true);
  expect(auth.admits(`basic   ${encoded('admin:p:ä s')}`)).toBe(true);
  expect(auth.admits(auth.authorization)).toBe(true);
});

test.each([
  undefined,
  '',
  'Basic',
  'Basic ',
  `Bearer ${encoded('admin:p:ä s')}`,
  `Basic ${encoded('admin:wrong')}`,
  `Basic ${encoded('root:p:ä s')}`,
  `Basic ${encoded('Admin:p:ä s')}`,
  `Basic ${encoded('admin')}`,
  `Basic ${encoded(':p:ä s')}`,
  `Basic ${encoded('admin:')}`,
  `Basic ${encoded('admin:p:ä s\n')}`,
  `Basic ${encoded('admin:p:ä s')} ${encoded('x:y')}`,
  `Basic ${encoded('admin:p:ä s')}, Basic ${encoded('x:y')}`,
  'Basic not base64!',
  'Basic %%%',
  `Basic ${Buffer.from('admin:p:ä s', 'latin1').toString('base64')}`,
])('refuses %s', (header) => {
  expect(auth.admits(header)).toBe(false);
});

test("a URL's own user wins over ours", () => {
  expect(authorizationFor(new URL('http://a:8081'), auth)).toBe(auth.authorization);
  expect(authorizationFor(new URL('http://a:8081'), undefined)).toBeUndefined();
  expect(authorizationFor(new URL('http://u%40:p%3A@a:8081'), auth)).toBe(basicAuthorization('u@', 'p:'));
});
