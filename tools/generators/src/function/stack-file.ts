import type { Tree } from '@nx/devkit';
import { isMap, isScalar, parseDocument, YAMLMap, type Document } from 'yaml';

import { urlVariable } from './function-names.js';

/** Which functions standalone deploys, in the OpenFaaS stack format. */
export const stackFile = 'functions.yml';

/** The functions that the stack file has. */
export function stackNames(tree: Tree): readonly string[] {
  return functionsOf(readStack(tree)).items.map(({ key }) => String(isScalar(key) ? key.value : key));
}

/** Appends a function that listens on a port of this machine, unless its variable says where else. */
export function addStackEntry(tree: Tree, { name, port }: { name: string; port: number }): void {
  const stack = readStack(tree);
  const functions = functionsOf(stack);
  if (functions.items.length === 0) functions.flow = false;
  const key = stack.createNode(name);
  key.spaceBefore = functions.items.length > 0;
  functions.add({
    key,
    value: stack.createNode({
      image: `${name}:latest`,
      annotations: { 'later.dev/upstream': `\${${urlVariable(name)}:-http://127.0.0.1:${port}/${name}}` },
    }),
  });
  // Nothing that was there before is to be broken into lines anew.
  tree.write(stackFile, stack.toString({ lineWidth: 0 }));
}

function readStack(tree: Tree): Document {
  const stack = parseDocument(tree.read(stackFile, 'utf8') ?? '');
  const [fault] = stack.errors;
  if (fault) throw new Error(`${stackFile} cannot be read: ${fault.message}. Mend it first.`);
  return stack;
}

/** The map of functions, put there if there is none. */
function functionsOf(stack: Document): YAMLMap {
  const found = stack.get('functions');
  if (isMap(found)) return found;
  const made = new YAMLMap();
  stack.set('functions', made);
  return made;
}
