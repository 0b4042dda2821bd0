/**
 * `node tools/stacks/bundle/bundle.mjs FOLDER [APP]…`: makes FOLDER/APP, everything that an app needs besides Node. Code
 * that the app loads only when it is chosen, such as a driver, stays a separate file. The same sources make the same bytes.
 */
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';

import { rolldown } from 'rolldown';

import { licensesOf } from './licenses.mjs';
import { apps, portOf } from './services.mjs';

const root = resolve(import.meta.dirname, '..', '..', '..');
const fromHttpKit = createRequire(join(root, 'libs/http-kit/package.json'));

/** The embedded driver starts this file as a thread, by its name and in its own folder. */
const databaseThread = { 'database-thread': 'libs/transport/embedded/src/thread/database-thread.ts' };
const withoutTransport = new Set(['functions']);

/**
 * Libraries import these for features that we never use (an engine by ssh, native accelerators). They are left out on every
 * machine, so that no bundle depends on whether the machine could compile them.
 */
const absent = /^(ssh2|cpu-features|msgpackr-extract)$|\.node$/;

const leaveOut = {
  name: 'leave-out',
  resolveId: (asked) => (absent.test(asked) ? '\0absent' : undefined),
  load: (id) => (id === '\0absent' ? { code: 'module.exports = {};', moduleType: 'js' } : undefined),
};

/** An engine checks the health every few seconds: the check must not load the whole app. */
const startOf = (app) => `
if (process.argv[2] === '--healthcheck') {
  const { probeHealth } = await import('${root}/libs/service-kit/src/http/probe-health.ts');
  process.exit((await probeHealth(Number(process.env.PORT || ${portOf[app]}))) ? 0 : 1);
} else await import('${root}/apps/${app}/src/main.ts');
`;

const start = (app) => ({
  name: 'start',
  resolveId: (asked) => (asked === 'start' ? '\0start' : undefined),
  load: (id) => (id === '\0start' ? { code: startOf(app), moduleType: 'js' } : undefined),
});

/** Nest imports optional packages that are not installed. They stay missing at run time. */
function report(level, { code, message }) {
  if (code === 'UNRESOLVED_IMPORT' && /@nestjs\//.test(message)) return;
  process.stderr.write(`${level}: ${message}\n`);
}

/** Bundles one app. @returns the size of all its files in bytes */
export async function bundle(app, folder) {
  const build = await rolldown({
    cwd: root,
    input: { main: 'start', ...(!withoutTransport.has(app) && databaseThread) },
    platform: 'node',
    tsconfig: false,
    transform: {
      target: 'node26',
      decorator: { legacy: true, emitDecoratorMetadata: true },
      // CommonJS packages use these names.
      define: { __filename: 'import.meta.filename', __dirname: 'import.meta.dirname' },
    },
    resolve: {
      conditionNames: ['@later/source', 'node', 'import', 'default'],
      // One copy for all libraries, wherever npm installed it.
      alias: { undici: dirname(fromHttpKit.resolve('undici/package.json')) },
    },
    plugins: [start(app), leaveOut],
    onLog: report,
  });
  await rm(folder, { recursive: true, force: true });
  const { output } = await build.write({
    dir: folder,
    format: 'esm',
    entryFileNames: '[name].js',
    chunkFileNames: '[name]-[hash].js',
    sourcemap: false,
  });
  await build.close();
  const modules = output.flatMap(({ moduleIds = [] }) => moduleIds);
  await writeFile(join(folder, 'package.json'), `${JSON.stringify(await manifestOf(app), undefined, 2)}\n`);
  await writeFile(join(folder, 'licenses.txt'), await licensesOf(modules));
  return output.reduce((bytes, { code, source }) => bytes + Buffer.byteLength(code ?? source), 0);
}

async function manifestOf(app) {
  const { version, license } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  const { name } = JSON.parse(await readFile(join(root, 'apps', app, 'package.json'), 'utf8'));
  return { name, version, license, private: true, type: 'module' };
}

if (process.argv[1] === import.meta.filename) {
  const [folder, ...asked] = process.argv.slice(2);
  if (!folder) {
    process.stderr.write('Say where to: node tools/stacks/bundle/bundle.mjs FOLDER [APP]…\n');
    process.exit(64);
  }
  await mkdir(folder, { recursive: true });
  for (const app of asked.length > 0 ? asked : apps) {
    const bytes = await bundle(app, resolve(folder, app));
    console.log(`${app}: ${(bytes / 1e6).toFixed(1)} MB in ${relative(process.cwd(), resolve(folder, app)) || '.'}`);
  }
}
