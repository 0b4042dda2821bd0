/** Shared by the scripts, which run on the machine's own Node before anything is installed. */
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

/** Prints the failure and its remedy, and ends with status 1. */
export function fail(what, remedy) {
  process.stderr.write(`\nFailed: ${what}\n${remedy}\n`);
  process.exit(1);
}

/** Runs a program of the workspace to its end. @returns whether its status is 0 */
export function run(command, args) {
  return spawnSync(command, args, { cwd: root, stdio: 'inherit', env: environment() }).status === 0;
}

/** Runs a program of the workspace beside others and shows its output. @returns whether its status is 0 */
export function startProgram(command, args) {
  const child = spawn(command, args, { cwd: root, stdio: 'inherit', env: environment() });
  return new Promise((resolve) => {
    child.on('error', () => resolve(false));
    child.on('close', (status) => resolve(status === 0));
  });
}

/** Runs a program of the workspace beside others and keeps its output. @returns whether its status is 0, and all that it printed */
export function runBeside(command, args) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], env: environment() });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
    child.on('error', (error) => resolve({ ok: false, output: error.message }));
    child.on('close', (status) => resolve({ ok: status === 0, output }));
  });
}

/** The programs of the workspace come first in PATH. */
function environment() {
  const path = `${join(root, 'node_modules', '.bin')}:${process.env.PATH}`;
  return { ...process.env, PATH: path, NX_DAEMON: 'false' };
}

/** Runs a built program and ends with its status. A terminal sends Ctrl-C to the program itself. */
export function become(command, args) {
  const child = spawn(command, args, { cwd: root, stdio: 'inherit' });
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGKILL' ? 137 : 1)));
}

/** Runs `npm ci` if the installed packages are older than the lockfile. */
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

export async function build() {
  say('Building (tsc -b)');
  if (!(await startProgram('tsc', ['-b']))) fail('the build', 'The lines above name the file and the line.');
}
