import { mkdir, mkdtemp, readdir, realpath, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

import { conformanceFunction, abandonInstance } from '@later/runtime-conformance';
import { deployment } from '@later/function-schema';
import { eventually } from '@later/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { findSandbox } from './find-sandbox.js';
import { findMarked } from './proc.js';
import type { Launch, Sandbox } from './sandbox.js';

const path = process.env['PATH'] ?? '';
const here = await findSandbox(tmpdir(), path);
const reason = here.name === 'namespaces' ? '' : ' (skipped: this machine allows no PID and mount namespaces)';

describe.skipIf(reason !== '')(`namespaces${reason}`, () => {
  let dataDir: string;
  let sandbox: Sandbox;
  beforeEach(async () => {
    dataDir = await realpath(await mkdtemp(join(tmpdir(), "later 'odd' ")));
    sandbox = await findSandbox(dataDir, path);
  });
  afterEach(() => rm(dataDir, { recursive: true }));

  /** Runs a shell script. Gives its output and its ending. */
  async function run(launch: Launch, script: string): Promise<string> {
    const launched = await launch({ argv: ['/bin/sh', '-c', script], env: { PATH: path }, input: 'ignored' });
    const [out, err, ending] = await Promise.all([text(launched.stdout), text(launched.stderr), launched.ended]);
    return `${out}${err}${JSON.stringify(Object.values(ending))}`;
  }

  test('a function sees only its own processes', async () => {
    const launch = await sandbox.prepare(new Map());
    expect(await run(launch, 'cd /proc; ls -d [0-9]* | wc -l; echo $$')).toMatch(/^[34]\n2\n\["exited",0\]$/);
  });

  test('a function can end itself with any signal', async () => {
    const launch = await sandbox.prepare(new Map());
    for (const signal of ['TERM', 'KILL', 'SEGV'])
      expect(await run(launch, `kill -${signal} $$`)).toContain(`["killed","SIG${signal}"]`);
    expect(await run(launch, 'exit 99')).toBe('["exited",99]');
  });

  test('a function finds its secrets under /var/openfaas/secrets, and the machine does not show them', async () => {
    const before = await readdir('/var');
    const folder = join(dataDir, 'kept $HOME');
    await mkdir(folder);
    await writeFile(join(folder, 'one'), 'first');
    await writeFile(join(folder, 'it’s'), 'second');
    const launch = await sandbox.prepare(
      new Map([
        ['api-key', join(folder, 'one')],
        ['key.pem', join(folder, 'it’s')],
      ]),
    );
    const script = 'cd /var/openfaas/secrets && ls && cat api-key key.pem && echo x > api-key';
    const output = await run(launch, script);
    expect(output).toMatch(/^api-key\nkey\.pem\nfirstsecond.*Read-only file system/s);
    await writeFile(join(folder, 'new'), 'replaced');
    await rename(join(folder, 'new'), join(folder, 'one'));
    expect(await run(launch, 'cat /var/openfaas/secrets/api-key')).toBe('replaced["exited",0]');
    expect(await readdir('/var'), 'of the machine').toEqual(before);
    expect(await readdir(join(dataDir, 'process', 'stage')), 'where it is made').toEqual([]);
  });

  test('a function with secrets can still read and write the rest of /var', async () => {
    await writeFile(join(dataDir, 'one'), 'first');
    const launch = await sandbox.prepare(new Map([['one', join(dataDir, 'one')]]));
    const there = (await readdir('/var')).filter((name) => name !== 'openfaas' && !name.startsWith('.')).sort();
    const output = await run(launch, 'ls /var; touch /var/tmp/later-$$ && rm /var/tmp/later-$$ && pwd');
    expect(output).toContain(process.cwd());
    const seen = output.split('\n').slice(0, -2);
    expect(seen.filter((name) => name !== 'openfaas')).toEqual(there);
  });

  test('kill -9 of the provider ends its processes without a sweep', async () => {
    const mark = `mark-${dataDir}`;
    const program = conformanceFunction;
    const slow = deployment.parse({
      service: 'slow',
      image: 'slow',
      envProcess: `${process.execPath} ${program} slow`,
      envVars: { LATER_MARK: mark },
    });
    const ran = await abandonInstance(
      {
        module: join(import.meta.dirname, '..', 'process-runtime.ts'),
        create: 'processRuntime',
        options: { dataDir, environment: { ...process.env }, images: new Map() },
      },
      { id: 'slow-1', deployment: slow, secrets: new Map() },
      async () => (await findMarked(mark)).map(String),
    );
    expect(ran.length).toBeGreaterThan(1);
    await eventually(async () => (await findMarked(mark)).length === 0);
  });
});
