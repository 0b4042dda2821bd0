import { expect, test } from 'vitest';

import { readCallTarget } from './call-target.js';

const targetOf = (url: string) => {
  const read = readCallTarget(url);
  return 'target' in read ? read.target : read.refusal.status;
};

test('path and query are left as they were written', () => {
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

test('a name is decoded, then held to the charset', () => {
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

test('a refusal shows a stranger’s name only in printable characters', () => {
  const read = readCallTarget('/function/a%1B[31m%0A');
  expect('refusal' in read && read.refusal.text).toContain('"a?[31m?"');
});
