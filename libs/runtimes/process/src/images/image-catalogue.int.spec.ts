import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { readImageCatalogue } from './image-catalogue.js';
import { InvalidCatalogueError } from './invalid-catalogue-error.js';

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

test('reads what each image does', async () => {
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

test('names every fault of the file in one message', async () => {
  const reading = catalogueOf(
    'images:\n  a: { fprocess: " " }\n  b: { fprocess: x, mode: fast }\n  c: { command: x }\n',
  );
  await expect(reading).rejects.toMatchObject({ constructor: InvalidCatalogueError, code: 'INVALID_CONFIGURATION' });
  const { message } = (await reading.catch((error: unknown) => error)) as Error;
  expect(message).toContain(join(folder, 'images.yml'));
  for (const fault of ['images.a.fprocess: expected a command', 'images.b.mode:', 'images.c.fprocess:', '"command"'])
    expect(message).toContain(fault);
});

test.each([
  ['', 'expected object'],
  ['images: [', 'images.yml'],
])('says that %j is no catalogue', async (yaml, told) => {
  await expect(catalogueOf(yaml)).rejects.toThrow(told);
});

test('says what to do when there is no file', async () => {
  await expect(readImageCatalogue(join(folder, 'none.yml'))).rejects.toThrow('IMAGES_FILE');
});
