import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';

const fileNames = /^(licen[sc]e|copying|notice)(\.(md|txt))?$/i;

/** The licenses of the packages of some modules, each once: copied code must include its license. */
export async function licensesOf(modules) {
  const folders = new Map();
  for (const id of modules) {
    const [folder] = /^.*\/node_modules\/(@[^/]+\/)?[^/]+/.exec(id) ?? [];
    if (!folder) continue;
    const { name, version, license } = await manifestIn(folder);
    folders.set(`${name} ${version}`, { folder, license });
  }
  const texts = [...folders]
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(async ([title, { folder, license }]) => `${title} (${license})\n\n${await textsIn(folder)}`);
  return `${(await Promise.all(texts)).join(`\n${'-'.repeat(80)}\n\n`)}\n`;
}

const manifestIn = async (folder) => JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));

async function textsIn(folder) {
  const files = (await readdir(folder)).filter((name) => fileNames.test(name)).toSorted();
  const texts = await Promise.all(files.map((name) => readFile(join(folder, name), 'utf8')));
  return texts.map((text) => text.trim()).join('\n\n');
}
