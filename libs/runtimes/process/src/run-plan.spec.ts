import { deployment } from '@later/function-schema';
import { expect, test } from 'vitest';

import type { KnownImage } from './image-catalogue.js';
import { checkReplicas, mostReplicas, planRun } from './run-plan.js';

const figlet: KnownImage = { fprocess: 'figlet', envVars: { WIDTH: '80', FONT: 'slant' } };
const server: KnownImage = { fprocess: 'node server.js', mode: 'http' };
const images = new Map([
  ['ghcr.io:443/later/figlet', figlet],
  ['server:2', server],
]);

const plan = (given: { image?: string; envProcess?: string; envVars?: Record<string, string> }) =>
  planRun(deployment.parse({ service: 'f', image: 'unknown', ...given }), images);

test('a command is split at spaces, and quotes have no meaning', () => {
  const { argv, mode } = plan({ envProcess: '  grep  -c "a b" ' }).plan;
  expect([argv, mode]).toEqual([['grep', '-c', '"a', 'b"'], 'classic']);
});

test.each([
  ['envProcess', { envProcess: 'one', envVars: { fprocess: 'two' }, image: 'server:2' }, 'one'],
  ['fprocess in the environment', { envVars: { fprocess: 'two' }, image: 'server:2' }, 'two'],
  ['the catalogue', { envProcess: ' ', image: 'server:2' }, 'node'],
])('the command is read from %s', (_, given, command) => {
  expect(plan(given).plan.argv[0]).toBe(command);
});

test('a catalogue entry without a tag matches every tag, and an entry with a tag matches only that tag', () => {
  for (const image of ['ghcr.io:443/later/figlet', 'ghcr.io:443/later/figlet:1.0', 'ghcr.io:443/later/figlet@sha256:0'])
    expect(plan({ image, envVars: { FONT: 'big' } })).toMatchObject({
      plan: { argv: ['figlet'], envVars: { WIDTH: '80', FONT: 'big' } },
      faults: [],
    });
  expect(plan({ image: 'server:2' }).plan.mode).toBe('http');
  expect(plan({ image: 'server:3' }).faults).toHaveLength(1);
});

test('a deployment without a command gets a fault that names the remedy', () => {
  const message =
    'the process runtime knows no command for image unknown: set fprocess, or add the image to IMAGES_FILE';
  expect(plan({}).faults).toEqual([{ path: ['envProcess'], message }]);
});

test('each fault names its field', () => {
  const faultsOf = (envVars: Record<string, string>) =>
    plan({ envProcess: 'x', envVars }).faults.map(({ path }) => path.join('.'));
  expect(faultsOf({ mode: 'fast' })).toEqual(['envVars.mode']);
  expect(faultsOf({ mode: 'http', upstream_url: 'nowhere' })).toEqual(['envVars.upstream_url']);
  expect(faultsOf({ mode: 'http', http_upstream_url: 'https://x' })).toEqual(['envVars.http_upstream_url']);
  expect(faultsOf({ 'a=b': 'c', zero: '\0' })).toEqual(['envVars.a=b', 'envVars.zero']);
  expect(faultsOf({ upstream_url: 'nowhere' }), 'ignored for a forking function').toEqual([]);
});

test('a server with a fixed address can run one instance, any other function any number', () => {
  const fixed = plan({ envProcess: 'x', envVars: { mode: 'http', upstream_url: 'http://127.0.0.1:5000' } }).plan;
  expect(fixed.upstream?.port).toBe('5000');
  expect(checkReplicas(fixed, 1)).toEqual([]);
  expect(checkReplicas(fixed, 2)).toMatchObject([{ path: ['envVars', 'upstream_url'] }]);
  expect(mostReplicas(fixed)).toBe(1);
  const free = plan({ envProcess: 'x', envVars: { mode: 'http' } }).plan;
  expect(checkReplicas(free, 20)).toEqual([]);
  expect(mostReplicas(free)).toBe(Infinity);
});
