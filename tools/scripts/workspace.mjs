/** What the scripts share. They run on whatever Node the machine has, before anything is installed. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';

export const root = join(import.meta.dirname ?? new URL('.', import.meta.url).pathname, '..', '..');

/** The workspace's own Node, npm's `node` package. */
export const node = join(root, 'node_modules', '.bin', 'node');

const oldestNode = 20;

export function say(text) {
  process.stdout.write(`\n> ${text}\n`);
}

/** Ends with what failed and what to do about it. */
export function fail(what, remedy) {
  process.stderr.write(`\nFailed: ${what}\n${remedy}\n`);
  process.exit(1);
}

/** Runs a program of the workspace to its end; true when it went well. */
export function run(command, args, options = {}) {
  const path = `${join(root, 'node_modules', '.bin')}:${process.env.PATH}`;
  const env = { ...process.env, PATH: path, NX_DAEMON: 'false', ...options.env };
  return spawnSync(command, args, { cwd: root, stdio: 'inherit', env }).status === 0;
}

/** Runs a built program until it ends, and ends as it did. A terminal's Ctrl-C reaches it by itself. */
export function become(command, args) {
  const child = spawn(command, args, { cwd: root, stdio: 'inherit' });
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGKILL' ? 137 : 1)));
}

/** `npm ci`, if what is installed is not what the lockfile says. */
export function install() {
  const major = Number(process.versions.node.split('.')[0]);
  if (major < oldestNode)
    fail(
      `this machine's Node is ${process.version}`,
      `Install Node ${oldestNode} or newer; the workspace brings its own for everything else.`,
    );
  const installed = join(root, 'node_modules', '.package-lock.json');
  const upToDate =
    existsSync(installed) && statSync(installed).mtimeMs >= statSync(join(root, 'package-lock.json')).mtimeMs;
  if (upToDate && existsSync(node)) return;
  say('Installing (npm ci)');
  if (!run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error']))
    fail('npm ci', 'Is the npm registry reachable? Run npm ci to see more.');
}

export function build() {
  say('Building (tsc -b)');
  if (!run('tsc', ['-b'])) fail('the build', 'The lines above name the file and the line.');
}
