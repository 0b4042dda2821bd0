import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';

import { InvalidFileError, readYamlFile, yamlText, type YamlFileOptions } from './read-yaml-file.js';

const schema = z.strictObject({
  colours: z.record(z.string(), z.strictObject({ code: yamlText, alpha: z.number().optional() })),
});
const remedy = 'Set COLOURS_FILE to a file of colours.';

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'later-yaml-'));
  path = join(folder, 'colours.yml');
});
afterEach(() => rm(folder, { recursive: true }));

async function messageFor(yaml: string, options: Partial<YamlFileOptions<typeof schema>> = {}): Promise<string> {
  await writeFile(path, yaml);
  const error = await readYamlFile(path, { schema, remedy, ...options }).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ constructor: InvalidFileError, code: 'INVALID_CONFIGURATION' });
  return (error as Error).message;
}

test('a valid file is parsed, with numbers and booleans as text where the schema says so', async () => {
  await writeFile(path, 'colours:\n  red: { code: 1, alpha: 0.5 }\n  blue: { code: true }\n');
  expect(await readYamlFile(path, { schema, remedy })).toEqual({
    colours: { red: { code: '1', alpha: 0.5 }, blue: { code: 'true' } },
  });
});

test.each(['', '\n  \n'])('a file with the content %j is as good as no file', async (blank) => {
  expect(await readYamlFile(path, { schema, remedy })).toBeUndefined();
  await writeFile(path, blank);
  expect(await readYamlFile(path, { schema, remedy })).toBeUndefined();
});

test('every fault is reported with its line and path, in the order of the lines', async () => {
  const message = await messageFor(
    ['colours:', '  red:', '    alpha: much', '  blue:', '    code: 7', '    shade: dark', 'sounds: {}'].join('\n'),
  );
  expect(message.split('\n')).toEqual([
    `Invalid ${path}:`,
    '  - line 2: colours.red.code: Invalid input',
    '  - line 3: colours.red.alpha: Invalid input: expected number, received string',
    '  - line 6: colours.blue: Unrecognized key: "shade"',
    '  - line 7: Unrecognized key: "sounds"',
  ]);
});

test('a fault behind an alias is reported at the line of the anchor', async () => {
  const message = await messageFor('colours:\n  red: &red\n    code: 1\n    alpha: much\n  blue: *red\n');
  expect(message).toContain('line 4: colours.red.alpha: ');
  expect(message).toContain('line 4: colours.blue.alpha: ');
});

test('every syntax error is reported with its line', async () => {
  const message = await messageFor('colours: {}\ncolours: {}\nlist: [\n');
  expect(message).toContain('line 2: Map keys must be unique');
  expect(message).toMatch(/line [34]: Flow sequence/);
});

test('the faults of `prepare` are reported together with those of the schema', async () => {
  const message = await messageFor('colours:\n  red: {}\n', {
    prepare: (content) => ({ content, faults: [{ path: ['colours', 'red'], message: 'is out of fashion' }] }),
  });
  expect(message).toContain('line 2: colours.red: is out of fashion');
  expect(message).toContain('line 2: colours.red.code: ');
});

test('a file that cannot be read is reported with the remedy', async () => {
  const reading = readYamlFile(folder, { schema, remedy });
  await expect(reading).rejects.toThrow(`Invalid ${folder}:\n  - cannot be read (EISDIR). ${remedy}`);
});
