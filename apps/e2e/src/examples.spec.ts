import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { System } from '@later/testing';
import { expect, test } from 'vitest';

const examples = join(import.meta.dirname, '..', '..', '..', 'examples');

test('the examples run as they are', async () => {
  const system = await System.start({ transport: 'embedded', standalone: true });
  try {
    const env = { ...process.env, GATEWAY_URL: system.gatewayUrl };
    const script = join(examples, '01-call-later', 'call-later.mjs');
    const { stdout } = await promisify(execFile)(process.execPath, [script, 'Hi'], { env, timeout: 20_000 });
    expect(stdout).toMatch(/^accepted as \S+\ncalled back for \S+: status 200 after \d\.\d{6} s\n/);
    expect(stdout).toContain(' _   _ _ \n| | | (_)\n| |_| | |\n');
  } finally {
    await system.stop();
  }
});
