import { readFileSync } from 'node:fs';

import { expect, test } from 'vitest';

import { version } from './version.js';

test('the version is that of the release', () => {
  const release = readFileSync(new URL('../../../package.json', import.meta.url), 'utf8');
  expect(JSON.parse(release)).toMatchObject({ version: version.release });
});
