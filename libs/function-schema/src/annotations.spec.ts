import { expect, test } from 'vitest';

import { checkAnnotations, runtimeAskedFor, upstreamOf } from './annotations.js';

const upstream = (url: string) => ({ 'later.dev/upstream': url });

test.each(['http://127.0.0.1:8086/figlet', 'https://functions.example.com'])('%s is a valid upstream', (url) => {
  expect(upstreamOf(upstream(url))?.href).toBe(new URL(url).href);
  expect(runtimeAskedFor(upstream(url))).toBe('upstream');
  expect(checkAnnotations(upstream(url))).toEqual([]);
});

test.each([
  '',
  'figlet',
  '/figlet',
  'ftp://host/',
  'file:///etc/passwd',
  'javascript:alert(1)',
  'http://a:b@host/',
  'http://a@host/',
])('"%s" is not a valid upstream', (url) => {
  expect(upstreamOf(upstream(url))).toBeUndefined();
  expect(checkAnnotations(upstream(url))).toEqual([
    { path: ['annotations', 'later.dev/upstream'], message: 'expected an http or https URL without a user' },
  ]);
});

test.each(['process', 'container'] as const)('annotations can ask for the runtime %s', (runtime) => {
  const annotations = { 'later.dev/runtime': runtime, topic: 'any' };
  expect(runtimeAskedFor(annotations)).toBe(runtime);
  expect(checkAnnotations(annotations)).toEqual([]);
});

test('annotations without a runtime leave the choice to the provider', () => {
  expect(runtimeAskedFor({ topic: 'any' })).toBeUndefined();
  expect(checkAnnotations({ topic: 'any' })).toEqual([]);
});

test('an unknown runtime is reported', () => {
  expect(runtimeAskedFor({ 'later.dev/runtime': 'wasm' })).toBeUndefined();
  expect(checkAnnotations({ 'later.dev/runtime': 'wasm' })).toEqual([
    { path: ['annotations', 'later.dev/runtime'], message: 'expected one of process, container, upstream' },
  ]);
});

test('runtime upstream without a URL is reported', () => {
  expect(checkAnnotations({ 'later.dev/runtime': 'upstream' })).toEqual([
    { path: ['annotations', 'later.dev/upstream'], message: 'expected the URL where the function listens' },
  ]);
});
