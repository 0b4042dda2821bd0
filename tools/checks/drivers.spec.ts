import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { readSourceFiles, root } from './source-files.js';

const transports = 'libs/transport';
const drivers = ['embedded', 'nats', 'bullmq'];

const readme = readFileSync(join(root, transports, 'README.md'), 'utf8');
/** The names in the first column of the README's tables: files such as `wire.ts`, folders such as `link/`. */
const rows = [...readme.matchAll(/^\| `([\w-]+(?:\.ts|\/))`/gm)].map(([, name]) => name!);
const files = readSourceFiles().filter(({ isSpec }) => !isSpec);

/** The files and folders at the root of a driver's sources, without specs; a folder ends with a slash. */
function rootOf(driver: string): readonly string[] {
  const folder = `${transports}/${driver}/src/`;
  const paths = files.filter(({ path }) => path.startsWith(folder)).map(({ path }) => path.slice(folder.length));
  return [...new Set(paths.map((path) => path.replace(/\/.*/, '/')))].toSorted();
}

const isFile = (name: string): boolean => !name.endsWith('/');

describe.each(drivers)('the driver %s', (driver) => {
  test('holds exactly the role files of the table in libs/transport/README.md', () => {
    expect(rootOf(driver).filter(isFile)).toEqual(rows.filter(isFile).toSorted());
  });

  test('holds no folder besides those of the table in libs/transport/README.md', () => {
    expect(rootOf(driver).filter((name) => !isFile(name) && !rows.includes(name))).toEqual([]);
  });
});
