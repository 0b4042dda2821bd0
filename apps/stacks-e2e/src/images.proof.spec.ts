import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { apps, buildImages, docker, imageOf, providePassword, settings } from '@later/stacks';
import { beforeAll, describe, expect, test } from 'vitest';

import { contextSize } from './context-size.js';
import { skipReason } from './requirement.js';
import { root } from './run-command.js';
import { readPassword } from './running-stack.js';

const maxContextBytes = 5e6;
const maxBytesOverBase = 60e6;
const look = readFileSync(join(import.meta.dirname, 'look-into-image.cjs'), 'utf8');

const sizeOf = (image: string): number => Number(docker('image', 'inspect', '--format', '{{.Size}}', image));

interface ImageConfig {
  readonly User: string;
  readonly Cmd: readonly string[];
  readonly Env: readonly string[];
}

describe.skipIf(skipReason)('the images', () => {
  beforeAll(() => {
    providePassword();
    buildImages(apps);
  }, 900_000);

  test('the build context is small', () => {
    const bytes = contextSize();
    expect(bytes).toBeGreaterThan(0);
    expect(bytes).toBeLessThanOrEqual(maxContextBytes);
  }, 60_000);

  describe.each(apps)('%s', (app) => {
    const image = imageOf(app);
    let config: ImageConfig;
    beforeAll(() => {
      const inspected = JSON.parse(docker('image', 'inspect', image)) as { readonly Config: ImageConfig }[];
      config = inspected[0]!.Config;
    });

    test('runs its app as a user that is not root', () => {
      expect(config.User).toMatch(/^[1-9]\d*(:[1-9]\d*)?$/);
      expect(config.Cmd).toEqual(['node', 'main.js']);
    });

    test('has no secret in its environment or its history', () => {
      const history = docker('history', '--no-trunc', '--format', '{{.CreatedBy}}', image);
      const texts = `${config.Env.join('\n')}\n${history}`;
      expect(texts.includes(readPassword()), 'the password').toBe(false);
      expect(texts).not.toMatch(/(password|secret|token)=/i);
    });

    test('contains the files of its app and nothing else', () => {
      const password = readPassword();
      // The folders of the build, on this machine and in the stage before; comments name modules relative to them.
      const forbidden = [`${root}/`, '/later/libs', '/later/node_modules', password];
      const run = ['run', '--rm', '--network', 'none', '--read-only', '--cap-drop', 'ALL', image];
      const { uid, ...findings } = JSON.parse(
        docker(...run, 'node', '-e', look, ...forbidden).replaceAll(password, '<the password>'),
      ) as { uid: number } & Record<string, string[]>;
      expect(uid).not.toBe(0);
      for (const [finding, files] of Object.entries(findings)) expect(files, finding).toEqual([]);
    }, 60_000);

    test('is at most 60 MB larger than its base', () => {
      expect(sizeOf(image) - sizeOf(settings['NODE_IMAGE']!)).toBeLessThanOrEqual(maxBytesOverBase);
    });
  });
});
