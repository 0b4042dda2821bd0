/** Looks for what an image of ours must not have. */
import { readFileSync } from 'node:fs';

import { docker } from '../engine.mjs';
import { imageOf } from '../images.mjs';
import { root } from '../../scripts/workspace.mjs';
import { passwordFile, providePassword } from '../password.mjs';
import { settings } from '../settings.mjs';
import { ensure } from './checks.mjs';

const mostOverBase = 60e6;

/** Runs in the image, as its user, without network. Prints what it found, as JSON. */
const look = `
const { execFileSync } = require('node:child_process');
const { readdirSync, readFileSync, existsSync, accessSync } = require('node:fs');
const { join } = require('node:path');
const [, ...needles] = process.argv;
const files = readdirSync('/app', { recursive: true, withFileTypes: true }).filter((each) => each.isFile());
const names = files.map(({ name, parentPath }) => join(parentPath, name));
const holding = (test) => names.filter((name) => test(readFileSync(name, 'utf8')));
const onPath = (name) => process.env.PATH.split(':').map((folder) => join(folder, name)).filter(existsSync);
const writable = names.filter((name) => { try { accessSync(name, 2); return true; } catch { return false; } });
console.log(JSON.stringify({
  uid: process.getuid(),
  compilers: ['cc', 'gcc', 'g++', 'clang', 'make', 'ld', 'tsc', 'rustc', 'go'].flatMap(onPath),
  packages: readdirSync('/app').filter((name) => name === 'node_modules'),
  maps: [...names.filter((name) => name.endsWith('.map')), ...holding((text) => /^\\/\\/# sourceMappingURL=/m.test(text))],
  naming: needles.flatMap((needle) => holding((text) => text.includes(needle)).map((name) => name + ' has ' + needle)),
  sources: names.filter((name) => /\\.(ts|env|pem|key)$|npmrc|password/.test(name)),
  writable,
  modules: [...new Set(holding((text) => /node_modules\\/(typescript|vitest|rolldown|eslint|nx)\\//.test(text)))],
  home: readdirSync('/data'),
}));`;

/** Each image of ours: its user, what is in it, and its size over that of its base. */
export async function scanImages(apps, checks) {
  const sizeOf = (image) => Number(docker('image', 'inspect', '--format', '{{.Size}}', image));
  const base = sizeOf(settings.NODE_IMAGE);
  providePassword();
  const password = readFileSync(passwordFile, 'utf8').trim();
  for (const app of apps) {
    const image = imageOf(app);
    await checks.see(image, 60, async () => {
      const [{ Config }] = JSON.parse(docker('image', 'inspect', image));
      ensure(/^[1-9]\d*(:[1-9]\d*)?$/.test(Config.User), `its user is "${Config.User}"`);
      ensure(JSON.stringify(Config.Cmd) === '["node","main.js"]', `its command is ${JSON.stringify(Config.Cmd)}`);
      const told = `${Config.Env.join('\n')}\n${docker('history', '--no-trunc', '--format', '{{.CreatedBy}}', image)}`;
      ensure(
        !told.includes(password) && !/(password|secret|token)=/i.test(told),
        'a secret is in its environment or history',
      );
      // Where it was built, on this machine and in the stage before; a comment names modules from there on.
      const needles = [`${root}/`, '/later/libs', '/later/node_modules', password];
      const run = ['run', '--rm', '--network', 'none', '--read-only', '--cap-drop', 'ALL', image, 'node', '-e', look];
      const found = JSON.parse(docker(...run, ...needles));
      ensure(found.uid !== 0, 'it runs as root');
      for (const [what, list] of Object.entries(found)) {
        ensure(what === 'uid' || list.length === 0, `${what}: ${String(list).replaceAll(password, '<the password>')}`);
      }
      const over = sizeOf(image) - base;
      ensure(over <= mostOverBase, `${(over / 1e6).toFixed(1)} MB over its base`);
      return `${(over / 1e6).toFixed(1)} MB over its base, user ${found.uid}`;
    });
  }
}
