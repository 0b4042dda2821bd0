import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { credentials, System } from '@later/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const examples = join(import.meta.dirname, '..', '..', '..', '..', 'examples');
const run = promisify(execFile);
const engine = process.env['DOCKER_HOST'];

describe('the examples run as they are', () => {
  let system: System;
  let env: NodeJS.ProcessEnv;

  beforeAll(async () => {
    system = await System.start({
      transport: 'embedded',
      standalone: true,
      ...(engine !== undefined && { env: { DOCKER_HOST: engine } }),
    });
    env = { ...process.env, GATEWAY_URL: system.gatewayUrl, BASIC_AUTH_PASSWORD: credentials.password };
  });
  afterAll(async () => {
    // In order, so that no container is left behind.
    const app = system.app('gateway');
    app.signal('SIGTERM');
    await app.exited;
    await system.stop();
  });

  test('01-call-later', async () => {
    const script = join(examples, '01-call-later', 'call-later.mjs');
    const { stdout } = await run(process.execPath, [script, 'Hi'], { env, timeout: 20_000 });
    expect(stdout).toMatch(/^accepted as \S+\ncalled back for \S+: status 200 after \d\.\d{6} s\n/);
    expect(stdout).toContain(' _   _ _ \n| | | (_)\n| |_| | |\n');
  });

  test('02-process-function', async () => {
    const { stdout } = await run(join(examples, '02-process-function', 'run.sh'), { env, timeout: 20_000 });
    expect(stdout).toContain('count-lines: 3\n');
    expect(stdout).toContain('most-used:\n');
  });

  test.skipIf(engine === undefined)('03-container-function', async () => {
    const script = join(examples, '03-container-function', 'run.mjs');
    const { stdout } = await run(process.execPath, [script], { env, timeout: 90_000 });
    const digest = createHash('sha256').update('LaterIsBetter').digest('hex');
    expect(stdout).toContain(`answered 200: ${digest}\n`);
  });
});
