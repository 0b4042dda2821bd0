import { join } from 'node:path';

import { fail, root } from '../scripts/workspace.mjs';
import { settings } from './settings.mjs';

const workers = ['gateway', 'provider', 'queue-worker', 'callback-dispatcher', 'functions'];
const folder = join(root, 'docker');

/** The stacks: the apps of each, and its compose file. */
const table = {
  standalone: { file: 'compose.yml', apps: ['standalone'] },
  nats: { file: 'compose.nats.yml', apps: workers, broker: 'nats' },
  bullmq: { file: 'compose.bullmq.yml', apps: workers, broker: 'redis' },
};

export const stackNames = Object.keys(table);

/** The stack of that name; undefined when it does not exist. */
export function stackOf(name) {
  if (!Object.hasOwn(table, name)) return undefined;
  const { file, apps, broker } = table[name];
  return {
    name,
    apps,
    broker,
    /** The prefix of its containers, networks and volumes. */
    project: `${settings.LATER_PROJECT || 'later'}-${name}`,
    file: join(folder, file),
    /** Publishes the ports that a service needs when it runs on this machine. */
    servingFile: broker && join(folder, `serving.${name}.yml`),
    /** Lets the provider run functions in containers. */
    containersFile: broker && join(folder, 'compose.containers.yml'),
  };
}

/** The stack of that name. Ends the process with a list of all names when it does not exist. */
export const requireStack = (name) =>
  stackOf(name) ?? fail(`there is no stack "${name}"`, `There are ${stackNames.join(', ')}.`);
