import { join } from 'node:path';

import { fail, root } from '../scripts/workspace.mjs';
import { settings } from './settings.mjs';

const workers = ['gateway', 'provider', 'queue-worker', 'callback-dispatcher', 'functions'];
const folder = join(root, 'docker');

/** What can be brought up: the apps that are images of ours, and the file that says how they run. */
const table = {
  standalone: { file: 'compose.yml', apps: ['standalone'] },
  nats: { file: 'compose.nats.yml', apps: workers, broker: 'nats' },
  bullmq: { file: 'compose.bullmq.yml', apps: workers, broker: 'redis' },
};

export const stackNames = Object.keys(table);

/** A stack by its name; undefined when there is none by that name. */
export function stackOf(name) {
  if (!Object.hasOwn(table, name)) return undefined;
  const { file, apps, broker } = table[name];
  return {
    name,
    apps,
    broker,
    /** What the engine's containers, networks and volumes of it are named by. */
    project: `${settings.LATER_PROJECT || 'later'}-${name}`,
    file: join(folder, file),
    /** Lays open on this machine what a service needs that is served here and not in the stack. */
    servingFile: broker && join(folder, `serving.${name}.yml`),
    /** Lets the provider run functions in containers. */
    containersFile: broker && join(folder, 'compose.containers.yml'),
  };
}

/** The stack of that name; ends with the names there are when there is none. */
export const requireStack = (name) =>
  stackOf(name) ?? fail(`there is no stack "${name}"`, `There are ${stackNames.join(', ')}.`);
