import type { IncomingMessage } from 'node:http';

import { expect, test } from 'vitest';

import { readCallTarget } from './call-target.js';

const read = (url: string) => readCallTarget({ url } as IncomingMessage);

const targetOf = (url: string) => {
  const found = read(url);
  return 'target' in found ? found.target : found.refusal.status;
};

test('path and query stay as the caller wrote them', () => {
  expect(targetOf('/function/figlet')).toMatchObject({ functionName: 'figlet', path: '/', query: '' });
  expect(targetOf('/function/figlet/')).toMatchObject({ path: '/', query: '' });
  expect(targetOf('/function/figlet?x=%20&y')).toMatchObject({ path: '/', query: 'x=%20&y' });
  expect(targetOf('/async-function/a.b.staging//c%2Fd/../e?q=/?')).toEqual({
    functionName: 'a.b.staging',
    address: { name: 'a.b', namespace: 'staging' },
    path: '//c%2Fd/../e',
    query: 'q=/?',
  });
});

test('a request may have an absolute URL', () => {
  expect(targetOf('http://gateway:8080/function/figlet/a?b')).toMatchObject({
    functionName: 'figlet',
    path: '/a',
    query: 'b',
  });
  expect(targetOf('http://gateway:8080')).toBe(404);
});

test('a name is decoded, and then only allowed characters are accepted', () => {
  expect(targetOf('/function/fig%6Cet/%6C')).toMatchObject({ functionName: 'figlet', path: '/%6C' });
  for (const url of [
    '/function',
    '/function/',
    '/function/?x',
    '/function//figlet',
    '/function/a%2Fb',
    '/function/%',
    '/function/a%00',
  ]) {
    expect(targetOf(url), url).toBe(404);
  }
});

test('a refusal shows an unusable name only in printable characters', () => {
  const found = read('/function/a%1B[31m%0A');
  expect('refusal' in found && found.refusal.text).toContain('"a?[31m?"');
});
