import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { InvalidFileError } from '@later/service-kit';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { readImageCatalogue } from './read-image-catalogue.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'later-images-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function catalogueOf(yaml: string): ReturnType<typeof readImageCatalogue> {
  const path = join(folder, 'images.yml');
  await writeFile(path, yaml);
  return readImageCatalogue(path);
}

test('a catalogue maps each image to its command', async () => {
  const images = await catalogueOf(`
images:
  figlet: { fprocess: figlet -w 100 }
  ghcr.io/later/echo:1: { fprocess: node echo.js, mode: http, envVars: { WIDTH: 80, quiet: true } }
`);
  expect([...images]).toEqual([
    ['figlet', { fprocess: 'figlet -w 100' }],
    ['ghcr.io/later/echo:1', { fprocess: 'node echo.js', mode: 'http', envVars: { WIDTH: '80', quiet: 'true' } }],
  ]);
});

test('every fault of a catalogue is reported in one message', async () => {
  const reading = catalogueOf(
    'images:\n  a: { fprocess: " " }\n  b: { fprocess: x, mode: fast }\n  c: { command: x }\n',
  );
  await expect(reading).rejects.toMatchObject({ constructor: InvalidFileError, code: 'INVALID_CONFIGURATION' });
  const { message } = (await reading.catch((error: unknown) => error)) as Error;
  expect(message).toContain(join(folder, 'images.yml'));
  for (const fault of [
    'line 2: images.a.fprocess: expected a command',
    'line 3: images.b.mode:',
    'line 4: images.c.fprocess:',
    '"command"',
  ])
    expect(message).toContain(fault);
});

test.each([
  ['', 'is missing or empty. Set IMAGES_FILE to a file that lists the known images.'],
  ['{}', 'line 1: images: Invalid input: expected record, received undefined'],
  ['images: [', 'line 1: '],
])('the content %j is refused', async (yaml, fault) => {
  await expect(catalogueOf(yaml)).rejects.toThrow(fault);
});

test('a missing catalogue is reported with the variable that names it', async () => {
  await expect(readImageCatalogue(join(folder, 'none.yml'))).rejects.toThrow('IMAGES_FILE');
});
