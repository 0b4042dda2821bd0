/** Builds the images that are missing or older than the sources. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

import { fail, root, say } from '../scripts/workspace.mjs';
import { ask } from './engine.mjs';
import { settings } from './settings.mjs';

const label = 'dev.later.sources';
const sources = [
  'package.json',
  'package-lock.json',
  '.npmrc',
  '.dockerignore',
  'docker/Dockerfile',
  'apps',
  'libs',
  'tools/stacks/bundle',
];
const notBuiltFrom = /^(node_modules|dist|\..*)$|\.(spec\.ts|tsbuildinfo)$/;

export const imageOf = (app) => `later/${app}:${settings.LATER_TAG}`;

/** A hash of an image's sources, in 64 characters. */
function digestOfSources() {
  const hash = createHash('sha256').update(settings.NODE_IMAGE);
  const add = (path) => hash.update(`\0${relative(root, path)}\0`).update(readFileSync(path));
  const walk = (folder) => {
    for (const entry of readdirSync(folder, { withFileTypes: true }).toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
      if (notBuiltFrom.test(entry.name)) continue;
      const path = join(folder, entry.name);
      if (entry.isDirectory()) walk(path);
      else if (entry.isFile()) add(path);
    }
  };
  for (const source of sources) {
    const path = join(root, source);
    if (/\.|Dockerfile$/.test(source)) add(path);
    else walk(path);
  }
  return hash.digest('hex');
}

/** Builds the missing images of `apps`. The first takes minutes on a new machine, the others seconds. */
export function buildImages(apps) {
  const digest = digestOfSources();
  const builtFrom = (app) =>
    ask('docker', ['image', 'inspect', '--format', `{{index .Config.Labels "${label}"}}`, imageOf(app)]).out;
  for (const app of apps.filter((each) => builtFrom(each) !== digest)) {
    say(`Building ${imageOf(app)}`);
    const args = ['build', '--file', 'docker/Dockerfile', '--tag', imageOf(app), '--label', `${label}=${digest}`];
    const given = { APP: app, VERSION: settings.LATER_TAG, NODE_IMAGE: settings.NODE_IMAGE };
    for (const [name, value] of Object.entries(given)) args.push('--build-arg', `${name}=${value}`);
    const { status, stdout, stderr } = spawnSync('docker', [...args, '.'], {
      cwd: root,
      encoding: 'utf8',
      maxBuffer: 1e8,
    });
    if (status !== 0) {
      const end = `${stdout ?? ''}${stderr ?? ''}`.trim().split('\n').slice(-30).join('\n');
      fail(`the image of ${app}`, `${end}\n\nIs the npm registry reachable, and ${settings.NODE_IMAGE} to be had?`);
    }
  }
}
