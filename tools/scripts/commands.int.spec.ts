import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

import { expect, test } from 'vitest';

const command = (name: string, ...args: string[]) =>
  spawnSync(process.execPath, [join(import.meta.dirname, `${name}.mjs`), ...args], { encoding: 'utf8' });

test.each(['start', 'test', 'proof', 'bench'])('%s --help prints the usage and does nothing else', (name) => {
  const { status, stdout, stderr } = command(name, '--help');
  expect(stdout).toMatch(new RegExp(`^Usage: .*npm (run )?(test:)?${name}\n`));
  expect([status, stderr]).toEqual([0, '']);
});

test('a command refuses an argument that it does not know', () => {
  const { status, stderr } = command('bench', 'nats');
  expect(stderr).toContain('Failed: there is no use for "nats"\nUsage: ');
  expect(status).toBe(1);
});
