import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { eventually, freePort } from '@later/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { portOf } from './services.mjs';

const run = promisify(execFile);
const bundler = join(import.meta.dirname, 'bundle.mjs');
const apps = Object.keys(portOf);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'later-bundle-'));
  await run(process.execPath, [bundler, folder]);
}, 120_000);
afterAll(() => rm(folder, { recursive: true }));

const main = (app: string): string => join(folder, app, 'main.js');

describe.each(apps)('%s', (app) => {
  test('starts away from the workspace and says where it listens when nothing is set', async () => {
    const { stdout } = await run(process.execPath, [main(app), '--help'], { cwd: tmpdir(), env: {} });
    expect(stdout).toContain(`Later's ${app}.`);
    expect(stdout).toMatch(new RegExp(`^  PORT .* \\[${portOf[app as keyof typeof portOf]}\\]$`, 'm'));
  });

  test('says that nobody lives where nobody listens', async () => {
    const env = { PORT: String(await freePort()) };
    await expect(run(process.execPath, [main(app), '--healthcheck'], { env })).rejects.toMatchObject({ code: 1 });
  });

  test('names no path of the machine it was made on, and has the licenses of what is in it', async () => {
    const files = (await readdir(join(folder, app))).filter((name) => name.endsWith('.js'));
    for (const file of files) {
      const text = await readFile(join(folder, app, file), 'utf8');
      expect(text.includes(process.cwd()), file).toBe(false);
      expect(text, file).not.toMatch(/^\/\/# sourceMappingURL=/m);
    }
    const licenses = await readFile(join(folder, app, 'licenses.txt'), 'utf8');
    expect(licenses).toMatch(/^fastify \d+\.\d+\.\d+ \(MIT\)$/m);
  });
});

test('a bundle keeps calls: its database thread is beside it, and it is healthy', async () => {
  const [port, providerPort] = [await freePort(), await freePort()];
  const env = {
    DATA_DIR: join(folder, 'data'),
    FUNCTIONS_FILE: join(folder, 'none.yml'),
    PORT: String(port),
    PROVIDER_PORT: String(providerPort),
    FUNCTIONS_PORT: '0',
  };
  const app = spawn(process.execPath, [main('standalone')], { cwd: folder, env, stdio: 'ignore' });
  try {
    const isHealthy = () =>
      run(process.execPath, [main('standalone'), '--healthcheck'], { env }).then(
        () => true,
        () => false,
      );
    await eventually(isHealthy, 25_000);
    const ready = await fetch(`http://127.0.0.1:${port}/readyz`);
    expect([ready.status, await ready.json()]).toMatchObject([200, { ready: true, transport: { name: 'embedded' } }]);
  } finally {
    const exited = once(app, 'exit');
    app.kill('SIGTERM');
    await exited;
  }
});
