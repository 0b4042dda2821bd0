import type { Tree } from '@nx/devkit';

import { stackFile, stackNames } from './stack-file.js';
import { packagesOf } from './workspace.js';

/** As the label of a host, which Kubernetes wants a function's name to be (RFC 1123). */
const wellFormed = /^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/;

/** Names that would clash with what is Later's own, and with what. */
const reserved: ReadonlyMap<string, string> = new Map([
  ['healthz', '/healthz tells whether an app is alive'],
  ['later', 'its class would be named as the decorator LaterFunction is'],
  ['nats', 'NATS_URL tells where the broker is'],
  ['readyz', '/readyz tells whether an app may be sent work'],
  ['redis', 'REDIS_URL tells where the broker is'],
]);

/** @throws saying why a function cannot have this name, and what to do */
export function checkName(tree: Tree, name: string, folder: string): void {
  if (!wellFormed.test(name)) {
    throw new Error(
      `name: expected 1 to 63 characters of a-z, 0-9 and "-", beginning with a letter and not ending with "-", ` +
        `received "${name}". Choose another name, such as "word-count".`,
    );
  }
  const reason = reserved.get(name);
  if (reason) throw new Error(`name: "${name}" is reserved: ${reason}. Choose another name.`);
  if (tree.exists(folder)) throw taken(name, `${folder} exists`, 'remove that folder');
  // Nx and npm could not tell the two apart.
  const namesake = packagesOf(tree).find((each) => each.project === name || each.name === `@later/${name}`);
  if (namesake) throw taken(name, `the package of ${namesake.folder}/package.json is called so`);
  if (stackNames(tree).includes(name)) {
    throw taken(name, `${stackFile} has a function of that name`, 'remove its entry there');
  }
}

const taken = (name: string, why: string, remedy?: string): Error =>
  new Error(`name: "${name}" is taken: ${why}. Choose another name${remedy ? `, or ${remedy}` : ''}.`);
