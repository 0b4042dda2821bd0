import { expect, test } from 'vitest';

import { BasicAuth, authorizationFor, basicAuthorization } from './basic-auth.js';

const auth = new BasicAuth('admin', 'p:ä s');
const encoded = (text: string): string => Buffer.from(text).toString('base64');

test('accepts the user with the password, in every spelling of the scheme', () => {
  expect(auth.isAuthorized(basicAuthorization('admin', 'p:ä s'))).toBe(true);
  expect(auth.isAuthorized(`basic   ${encoded('admin:p:ä s')}`)).toBe(true);
  expect(auth.isAuthorized(auth.authorization)).toBe(true);
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
])('rejects %s', (header) => {
  expect(auth.isAuthorized(header)).toBe(false);
});

test('the user of a URL wins over our own', () => {
  expect(authorizationFor(new URL('http://a:8081'), auth)).toBe(auth.authorization);
  expect(authorizationFor(new URL('http://a:8081'), undefined)).toBeUndefined();
  expect(authorizationFor(new URL('http://u%40:p%3A@a:8081'), auth)).toBe(basicAuthorization('u@', 'p:'));
});
