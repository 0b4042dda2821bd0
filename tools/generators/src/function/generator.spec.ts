import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Tree } from '@nx/devkit';
import { beforeEach, describe, expect, test } from 'vitest';

import { aWorkspace, generate, stack } from '../testing/a-workspace.js';

let tree: Tree;
const textOf = (path: string) => tree.read(path, 'utf8');

beforeEach(async () => {
  tree = await aWorkspace();
});

describe('the generator writes', () => {
  beforeEach(() => generate(tree, 'word-count'));

  test('seven files', () => {
    expect(tree.children('apps/word-count').toSorted()).toEqual(['README.md', 'package.json', 'src', 'tsconfig.json']);
    expect(tree.children('apps/word-count/src').toSorted()).toEqual([
      'main.ts',
      'word-count.function.spec.ts',
      'word-count.function.ts',
      'word-count.service.ts',
    ]);
  });

  test('a package.json tagged as an app', () => {
    expect(textOf('apps/word-count/package.json')).toBe(`{
  "name": "@later/word-count",
  "version": "0.3.0",
  "private": true,
  "type": "module",
  "scripts": {
    "build": "tsc -b",
    "lint": "eslint .",
    "test": "vitest run --root ../.. apps/word-count/"
  },
  "dependencies": {
    "@later/function-kit": "*",
    "@later/service-kit": "*",
    "@nestjs/common": "^12.5.1"
  },
  "nx": {
    "name": "word-count",
    "tags": [
      "type:app"
    ],
    "targets": {
      "serve": {}
    }
  }
}
`);
  });

  test('a tsconfig.json', () => {
    expect(textOf('apps/word-count/tsconfig.json')).toBe(`{
  "extends": "../../tsconfig.base.json",
  "compilerOptions": {
    "rootDir": "src",
    "outDir": "dist",
    "tsBuildInfoFile": "tsconfig.tsbuildinfo"
  },
  "include": ["src/**/*.ts"],
  "exclude": ["src/**/*.spec.ts"],
  "references": [
    {
      "path": "../../libs/function-kit"
    },
    {
      "path": "../../libs/service-kit"
    }
  ]
}
`);
  });

  test('a process', () => {
    expect(textOf('apps/word-count/src/main.ts')).toBe(`#!/usr/bin/env node
import { runService } from '@later/service-kit';

import { service } from './word-count.service.js';

await runService(service);
`);
  });

  test('a service', () => {
    expect(textOf('apps/word-count/src/word-count.service.ts')).toBe(`import { Module } from '@nestjs/common';
import { FunctionsModule } from '@later/function-kit';
import { defineService, listenConfig } from '@later/service-kit';

import { WordCountFunction } from './word-count.function.js';

@Module({ imports: [FunctionsModule], providers: [WordCountFunction] })
class App {}

/** The function \`word-count\`, as a service of its own. */
export const service = defineService({
  name: 'word-count',
  config: { listen: listenConfig(8100) },
  async start({ listen }, running) {
    await running.serve('word-count', { imports: [App], listen });
  },
});
`);
  });

  test('the function', () => {
    expect(textOf('apps/word-count/src/word-count.function.ts')).toBe(`import { Injectable } from '@nestjs/common';
import { LaterFunction, type FunctionCall } from '@later/function-kit';

/** Answers with its name and the body of the call. */
@Injectable()
export class WordCountFunction {
  @LaterFunction({ name: 'word-count', limits: { timeout: '10s' } })
  answer(call: FunctionCall): string {
    return \`Hello from word-count! You sent: \${call.text()}\\n\`;
  }
}
`);
  });

  test('a test of the function', () => {
    expect(textOf('apps/word-count/src/word-count.function.spec.ts')).toBe(
      `import { aFunctionCall } from '@later/function-kit/testing';
import { expect, test } from 'vitest';

import { WordCountFunction } from './word-count.function.js';

test('answers with its name and the body of the call', () => {
  const call = aFunctionCall({ body: 'Ada' });
  expect(new WordCountFunction().answer(call)).toBe('Hello from word-count! You sent: Ada\\n');
});
`,
    );
  });

  test('a reference in the tsconfig.json of the workspace', () => {
    expect(JSON.parse(textOf('tsconfig.json')!)).toEqual({
      files: [],
      references: [{ path: 'apps/gateway' }, { path: 'apps/word-count' }, { path: 'libs/testing' }],
    });
  });

  test('an entry at the end of the stack file, without another change in it', () => {
    expect(textOf('functions.yml')).toBe(`${stack}
  word-count:
    image: word-count:latest
    annotations:
      later.dev/upstream: \${WORD_COUNT_URL:-http://127.0.0.1:8100/word-count}
`);
  });
});

test('the generator changes no other file', async () => {
  const before = (await aWorkspace()).listChanges();
  await generate(tree, 'hello');
  const text = ({ path, content }: { path: string; content: Buffer | null }) => `${path}: ${content?.toString()}`;
  const changed = new Set(tree.listChanges().map(text)).difference(new Set(before.map(text)));
  expect([...changed].map((line) => line.split(':')[0]).toSorted()).toEqual([
    'apps/hello/README.md',
    'apps/hello/package.json',
    'apps/hello/src/hello.function.spec.ts',
    'apps/hello/src/hello.function.ts',
    'apps/hello/src/hello.service.ts',
    'apps/hello/src/main.ts',
    'apps/hello/tsconfig.json',
    'functions.yml',
    'tsconfig.json',
  ]);
});

test('the example shows the generated files', async () => {
  const examples = join(import.meta.dirname, '..', '..', '..', '..', 'examples');
  const page = readFileSync(join(examples, '04-typescript-function', 'README.md'), 'utf8');
  await generate(tree, 'hello');
  expect(page).toContain(`\`\`\`ts\n${textOf('apps/hello/src/hello.function.ts')}\`\`\`\n`);
  expect(page).toContain(`\`\`\`yaml\n${textOf('functions.yml')!.slice(stack.length + 1)}\`\`\`\n`);
});

test('two runs write the same files', async () => {
  await generate(tree, 'hello');
  const first = tree.listChanges();
  tree = await aWorkspace();
  await generate(tree, 'hello');
  expect(tree.listChanges()).toEqual(first);
});

test('the longest name is formatted as every other', async () => {
  const name = `a${'-bcd'.repeat(15)}-e`;
  await generate(tree, name);
  expect(name).toHaveLength(63);
  expect(textOf(`apps/${name}/src/main.ts`)).toContain(`import { service } from './${name}.service.js';\n`);
});
