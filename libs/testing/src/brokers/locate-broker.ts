import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

import type { BrokerProgram } from './broker.js';

/** Finds a broker's program, and installs it if possible. @throws with the remedy when it cannot be installed */
export async function locateBroker({ command, debianPackage, urlVariable }: BrokerProgram): Promise<string> {
  const path = onPath(command) ?? (installWithApt(debianPackage) ? onPath(command) : undefined);
  if (path) return path;
  throw new Error(
    `${command} is not installed. Install it (Debian: apt-get install ${debianPackage}), ` +
      `or set ${urlVariable} to a running one.`,
  );
}

function onPath(command: string): string | undefined {
  const directories = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin'];
  return directories.map((directory) => join(directory, command)).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function installWithApt(debianPackage: string): boolean {
  if (process.getuid?.() !== 0 || !onPath('apt-get')) return false;
  console.log(`Installing ${debianPackage} with apt-get`);
  const apt = (...args: string[]): boolean =>
    spawnSync('apt-get', args, { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } }).status === 0;
  apt('update', '-qq');
  return apt('install', '-y', '-qq', '--no-install-recommends', debianPackage);
}
