import { glob, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { ESLint } from 'eslint';
import tseslint from 'typescript-eslint';
import { expect, test } from 'vitest';

import { types } from './boundaries.mjs';

const root = join(import.meta.dirname, '..');
const linter = new ESLint({
  cwd: root,
  overrideConfigFile: join(root, 'eslint.config.mjs'),
  // The rules of this test need no types: their files do not exist, and no compiler has to read the workspace.
  overrideConfig: [tseslint.configs.disableTypeChecked],
});

/** Lints these lines as if they were a file at that path. */
async function rulesBrokenBy(path: string, ...lines: string[]): Promise<(string | null)[]> {
  const [result] = await linter.lintText(`${lines.join('\n')}\n`, { filePath: join(root, path) });
  return result!.messages.map(({ ruleId }) => ruleId);
}

const boundary = '@nx/enforce-module-boundaries';

test.each([
  ['a feature imports a driver', 'libs/features/call-intake/src/forbidden.ts', "import '@later/transport-nats';"],
  ['a feature imports a feature', 'libs/features/call-intake/src/forbidden.ts', "import '@later/job-execution';"],
  [
    'a feature imports a runtime',
    'libs/features/function-provider/src/forbidden.ts',
    "import '@later/runtime-process';",
  ],
  ['a runtime imports Nest', 'libs/runtimes/process/src/forbidden.ts', "import '@nestjs/common';"],
  ['a runtime imports a runtime', 'libs/runtimes/process/src/forbidden.ts', "import '@later/runtime-upstream';"],
  ['a kit imports a feature', 'libs/provider-client/src/forbidden.ts', "import '@later/call-intake';"],
  ['a driver imports Nest', 'libs/transport/nats/src/forbidden.ts', "import '@nestjs/common';"],
  ['the contract imports anything', 'libs/transport/contract/src/forbidden.ts', "import 'zod';"],
  ['the schema imports a kit', 'libs/job-schema/src/forbidden.ts', "import '@later/service-kit';"],
  ['an app imports a broker client', 'apps/gateway/src/forbidden.ts', "import 'bullmq';"],
  ['product code imports a testing package', 'libs/service-kit/src/forbidden.ts', "import '@later/testing';"],
])(
  'the linter refuses it when %s',
  async (_what, path, line) => {
    expect(await rulesBrokenBy(path, line)).toContain(boundary);
  },
  60_000,
);

test('the linter lets through what the rule allows', async () => {
  expect(await rulesBrokenBy('apps/gateway/src/allowed.ts', "import '@later/call-intake';")).toEqual([]);
}, 60_000);

test('the linter refuses to load a driver that was not chosen', async () => {
  const broken = await rulesBrokenBy('libs/transport/nest/src/forbidden.ts', "import '@later/transport-nats';");
  expect(broken).toContain('no-restricted-imports');
}, 60_000);

test('the linter refuses a second reader of the environment', async () => {
  const broken = await rulesBrokenBy('apps/gateway/src/forbidden.ts', 'export const port = process.env["PORT"];');
  expect(broken).toContain('no-restricted-properties');
}, 60_000);

test('every project has exactly one type', async () => {
  let projects = 0;
  for await (const file of glob('{apps,libs,tools}/**/package.json', {
    cwd: root,
    exclude: ['**/node_modules/**', '**/dist/**'],
  })) {
    const { nx } = JSON.parse(await readFile(join(root, file), 'utf8')) as { nx?: { tags?: string[] } };
    const tags = nx?.tags ?? [];
    expect(
      tags.filter((tag) => tag.startsWith('type:')),
      file,
    ).toHaveLength(1);
    expect(Object.keys(types), file).toContain(tags.find((tag) => tag.startsWith('type:'))?.slice('type:'.length));
    projects++;
  }
  expect(projects).toBeGreaterThan(10);
});
