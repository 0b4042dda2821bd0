import { execFile } from 'node:child_process';
import { join } from 'node:path';

import { freePort } from '@later/testing';
import { expect, test } from 'vitest';

interface Ended {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command of the stacks as `npm run` would, where no engine is. */
function command(name: string, args: readonly string[], settings: Record<string, string> = {}): Promise<Ended> {
  const env = { ...process.env, DOCKER_HOST: 'unix:///nowhere/engine.sock', ...settings };
  const script = join(import.meta.dirname, `${name}.mjs`);
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [script, ...args], { env }, (_error, stdout, stderr) =>
      resolve({ status: child.exitCode ?? -1, stdout, stderr }),
    );
  });
}

test.each(['up', 'down', 'logs', 'health', 'smoke'])('%s --help says how it is used', async (name) => {
  const { status, stdout } = await command(name, ['--help']);
  expect(stdout).toMatch(new RegExp(`^Usage: .*${name}`));
  expect(status).toBe(0);
});

test.each([
  ['up', [], 'Failed: something is missing\nUsage: npm run up'],
  ['up', ['nope'], 'Failed: there is no stack "nope"\nThere are standalone, nats, bullmq.'],
  ['up', ['nats', 'bullmq'], 'Failed: there is no use for "bullmq"\nUsage: '],
  ['up', ['nats', '--with'], "Failed: Unknown option '--with'\nUsage: "],
  ['up', ['nats', '--without'], "Failed: Option '--without <value>' argument missing\nUsage: "],
  ['up', ['nats', '--without', 'mail'], 'Failed: nats has no service "mail" that could be left out\nIt has gateway, '],
  ['up', ['nats', '--without', 'gateway'], 'Failed: gateway cannot be left out\n'],
  ['up', ['standalone', '--containers'], 'Failed: --containers with standalone\n'],
  ['down', ['nope'], 'Failed: there is no stack "nope"\nThere are '],
  ['smoke', ['nats'], 'Failed: there is no use for "nats"\nUsage: '],
])('%s %j is refused in words that help', async (name, args, said) => {
  const { status, stderr } = await command(name, args);
  expect(stderr.trimStart()).toContain(said);
  expect(status).toBe(1);
});

test.each([
  ['up', 'nats'],
  ['down', 'nats'],
  ['logs', 'gateway'],
])('%s says what is missing where there is no engine', async (name, word) => {
  const { status, stderr } = await command(name, [word]);
  expect(stderr).toMatch(
    /Failed: (there is no docker|no container engine answers at unix:\/\/\/nowhere\/engine.sock)\n/,
  );
  expect(status).toBe(1);
});

test('smoke says how to start a gateway where there is none', async () => {
  const url = `http://127.0.0.1:${await freePort()}`;
  const { stderr } = await command('smoke', [], { GATEWAY_URL: url });
  expect(stderr).toContain(`nobody listens at ${url}. Start one, npm run up -- nats, or set GATEWAY_URL`);
});
