import { join } from 'node:path';

import {
  formatFiles,
  generateFiles,
  joinPathFragments,
  offsetFromRoot,
  readJson,
  type GeneratorCallback,
  type Tree,
} from '@nx/devkit';

import { addReference } from './add-reference.js';
import { checkDirectory } from './check-directory.js';
import { checkName } from './check-name.js';
import { choosePort } from './choose-port.js';
import { finish } from './finish.js';
import { namesOf } from './function-names.js';
import { addStackEntry } from './stack-file.js';

/** What `npx nx g @later/generators:function` is told; `schema.json` says the same to people. */
export interface FunctionOptions {
  readonly name: string;
  readonly port?: number;
  readonly directory: string;
  readonly install: boolean;
}

/** Makes a TypeScript function: an app of its own, known to the build and to the stack file. */
export default async function generateFunction(tree: Tree, options: FunctionOptions): Promise<GeneratorCallback> {
  const { name, install } = options;
  const directory = checkDirectory(tree, options.directory);
  const folder = joinPathFragments(directory, name);
  checkName(tree, name, folder);
  const port = choosePort(tree, options.port);
  generateFiles(tree, join(import.meta.dirname, 'files'), folder, {
    ...namesOf(name),
    folder,
    port,
    root: offsetFromRoot(folder),
    version: readJson<{ version: string }>(tree, 'package.json').version,
    nestVersion: readJson<{ dependencies: Record<string, string> }>(tree, 'libs/function-kit/package.json')
      .dependencies['@nestjs/common'],
  });
  addReference(tree, folder);
  addStackEntry(tree, { name, port });
  await formatFiles(tree);
  return () => finish(tree.root, { name, folder, port }, { install });
}
