import { joinPathFragments, type Tree } from '@nx/devkit';

import { packagesOf } from './workspace.js';

/** Below it are the platform's own apps. */
const firstPort = 8100;
const lastPort = 65_535;

/**
 * The port that is asked for, or the first that is free.
 * @throws when the one asked for is none, or an app's already
 */
export function choosePort(tree: Tree, asked: number | undefined): number {
  const taken = portsOfApps(tree);
  if (asked === undefined) {
    let port = firstPort;
    while (taken.has(port)) port++;
    return port;
  }
  if (!Number.isInteger(asked) || asked < 1 || asked > lastPort) {
    throw new Error(`port: expected a whole number from 1 to ${lastPort}, received ${asked}.`);
  }
  const holder = taken.get(asked);
  if (holder) throw new Error(`port: ${asked} is taken: ${holder} listens there. Choose another, or none.`);
  return asked;
}

/** Where apps listen by default, as their sources say, and which file says so. */
function portsOfApps(tree: Tree): ReadonlyMap<number, string> {
  const sources = packagesOf(tree).flatMap(({ folder }) => sourcesIn(tree, joinPathFragments(folder, 'src')));
  return new Map(
    sources.flatMap((path) => {
      const calls = tree.read(path, 'utf8')?.matchAll(/listenConfig\((\d[\d_]{0,9})\)/g) ?? [];
      return [...calls].map(([, port]) => [Number(port!.replaceAll('_', '')), path] as const);
    }),
  );
}

const sourcesIn = (tree: Tree, folder: string): readonly string[] =>
  tree
    .children(folder)
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.spec.ts'))
    .map((file) => joinPathFragments(folder, file));
