import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

import { expect, test } from 'vitest';

const command = (name: string, ...args: string[]) =>
  spawnSync(process.execPath, [join(import.meta.dirname, `${name}.mjs`), ...args], { encoding: 'utf8' });

test.each(['start', 'test', 'bench'])('%s --help says how it is used, and does nothing else', (name) => {
  const { status, stdout, stderr } = command(name, '--help');
  expect(stdout).toMatch(new RegExp(`^Usage: .*npm (run )?${name}\n`));
  expect([status, stderr]).toEqual([0, '']);
});

test('what a command has no use for is not passed over', () => {
  const { status, stderr } = command('bench', 'nats');
  expect(stderr).toContain('Failed: there is no use for "nats"\nUsage: ');
  expect(status).toBe(1);
});
