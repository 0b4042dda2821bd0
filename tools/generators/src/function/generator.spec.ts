import { formatFiles, type Tree } from '@nx/devkit';
import { createTreeWithEmptyWorkspace } from '@nx/devkit/testing';
import { beforeEach, describe, expect, test } from 'vitest';

import generateFunction, { type FunctionOptions } from './generator.js';

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

/** A workspace as ours is, with little in it. */
async function aWorkspace(): Promise<Tree> {
  const tree = createTreeWithEmptyWorkspace({ formatter: 'prettier' });
  const workspaces = ['apps/*', 'libs/*', 'tools/generators'];
  tree.write('.prettierrc', json({ singleQuote: true, printWidth: 120 }));
  tree.write('package.json', json({ name: '@later/source', version: '0.3.0', workspaces }));
  tree.write('tsconfig.json', json({ files: [], references: [{ path: 'apps/gateway' }, { path: 'libs/testing' }] }));
  tree.write('apps/gateway/package.json', json({ name: '@later/gateway', nx: { name: 'gateway' } }));
  tree.write('apps/gateway/src/gateway.ts', 'const config = { listen: listenConfig(8080) };\n');
  tree.write('libs/testing/package.json', json({ name: '@later/testing', nx: { name: 'test-tools' } }));
  tree.write('libs/function-kit/package.json', json({ dependencies: { '@nestjs/common': '^12.5.1' } }));
  tree.write('functions.yml', stack);
  await formatFiles(tree);
  return tree;
}

const stack = `# The functions there are.
functions:
  # Of the lab.
  figlet:
    image: figlet:latest # by hand
    annotations: { topic: 'text' }

  quiet: {}
`;

let tree: Tree;
/** Makes the files; what would come after them is not done. */
async function generate(name: string, options: Partial<FunctionOptions> = {}): Promise<void> {
  await generateFunction(tree, { name, directory: 'apps', install: false, ...options });
}
const textOf = (path: string) => tree.read(path, 'utf8');

beforeEach(async () => {
  tree = await aWorkspace();
});

describe('a function is made of', () => {
  beforeEach(() => generate('word-count'));

  test('six files', () => {
    expect(tree.children('apps/word-count').toSorted()).toEqual(['package.json', 'src', 'tsconfig.json']);
    expect(tree.children('apps/word-count/src').toSorted()).toEqual([
      'main.ts',
      'word-count.function.spec.ts',
      'word-count.function.ts',
      'word-count.service.ts',
    ]);
  });

  test('a package that is an app', () => {
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

  test('a configuration of the compiler', () => {
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

  test('the function itself', () => {
    expect(textOf('apps/word-count/src/word-count.function.ts')).toBe(`import { Injectable } from '@nestjs/common';
import { LaterFunction, type FunctionCall } from '@later/function-kit';

/** Says hello, and what it was sent. */
@Injectable()
export class WordCountFunction {
  @LaterFunction({ name: 'word-count', limits: { timeout: '10s' } })
  answer(call: FunctionCall): string {
    return \`Hello from word-count! You sent: \${call.text()}\\n\`;
  }
}
`);
  });

  test('its test', () => {
    expect(textOf('apps/word-count/src/word-count.function.spec.ts')).toBe(
      `import { aFunctionCall } from '@later/function-kit/testing';
import { expect, test } from 'vitest';

import { WordCountFunction } from './word-count.function.js';

test('says hello, and what it was sent', () => {
  const call = aFunctionCall({ body: 'Ada' });
  expect(new WordCountFunction().answer(call)).toBe('Hello from word-count! You sent: Ada\\n');
});
`,
    );
  });

  test('a reference among those of the workspace', () => {
    expect(JSON.parse(textOf('tsconfig.json')!)).toEqual({
      files: [],
      references: [{ path: 'apps/gateway' }, { path: 'apps/word-count' }, { path: 'libs/testing' }],
    });
  });

  test('an entry at the end of the stack file, in which all else stays as it was', () => {
    expect(textOf('functions.yml')).toBe(`${stack}
  word-count:
    image: word-count:latest
    annotations:
      later.dev/upstream: \${WORD_COUNT_URL:-http://127.0.0.1:8100/word-count}
`);
  });
});

test('nothing else is changed', async () => {
  const before = (await aWorkspace()).listChanges();
  await generate('hello');
  const text = ({ path, content }: { path: string; content: Buffer | null }) => `${path}: ${content?.toString()}`;
  const changed = new Set(tree.listChanges().map(text)).difference(new Set(before.map(text)));
  expect([...changed].map((line) => line.split(':')[0]).toSorted()).toEqual([
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

test('the same is made of the same', async () => {
  await generate('hello');
  const first = tree.listChanges();
  tree = await aWorkspace();
  await generate('hello');
  expect(tree.listChanges()).toEqual(first);
});

test('the longest name is as well written as any', async () => {
  const name = `a${'-bcd'.repeat(15)}-e`;
  await generate(name);
  expect(name).toHaveLength(63);
  expect(textOf(`apps/${name}/src/main.ts`)).toContain(`import { service } from './${name}.service.js';\n`);
});

test.each(['# No function yet.\n', 'version: 1.0\nfunctions:\n', 'functions: {}\n', undefined])(
  'a stack file without functions gets its first: %j',
  async (text) => {
    if (text === undefined) tree.delete('functions.yml');
    else tree.write('functions.yml', text);
    await generate('hello');
    expect(textOf('functions.yml')).toMatch(
      /(^|\n)functions:\n {2}hello:\n {4}image: hello:latest\n {4}annotations:\n/,
    );
  },
);

test('a stack file that cannot be read is left alone', async () => {
  tree.write('functions.yml', 'functions: [\n');
  await expect(generate('hello')).rejects.toThrow('functions.yml cannot be read: ');
  expect(textOf('functions.yml')).toBe('functions: [\n');
});

describe('a name', () => {
  test.each(['Hello', '1st', '-x', 'x-', 'a_b', 'a.b', '../x', '', 'ō', `a${'b'.repeat(63)}`])(
    'is refused when it is none: "%s"',
    async (name) => {
      await expect(generate(name)).rejects.toThrow(
        /^name: expected 1 to 63 characters of a-z, 0-9 and "-".*, received "/,
      );
    },
  );

  test.each([
    ['gateway', 'apps/gateway exists', ', or remove that folder'],
    ['test-tools', 'the package of libs/testing/package.json is called so', ''],
    ['testing', 'the package of libs/testing/package.json is called so', ''],
    ['source', 'the package of ./package.json is called so', ''],
    ['figlet', 'functions.yml has a function of that name', ', or remove its entry there'],
  ])('is refused when it is taken: "%s"', async (name, why, remedy) => {
    const message = `name: "${name}" is taken: ${why}. Choose another name${remedy}.`;
    await expect(generate(name)).rejects.toThrow(message);
  });

  test.each(['later', 'nats', 'redis', 'healthz', 'readyz'])("is refused when it is Later's own: %s", async (name) => {
    await expect(generate(name)).rejects.toThrow(`name: "${name}" is reserved: `);
  });

  test('that was made is taken', async () => {
    await generate('hello');
    await expect(generate('hello')).rejects.toThrow('name: "hello" is taken: apps/hello exists. ');
  });

  test('that is refused changes nothing', async () => {
    const before = tree.listChanges();
    await expect(generate('figlet')).rejects.toThrow();
    expect(tree.listChanges()).toEqual(before);
  });

  // Whose identifiers would be words of the language, or what is imported.
  test.each(['delete', 'object', 'run', 'define', 'main', 'function-call', 'functions'])(
    'may be "%s"',
    async (name) => {
      await generate(name);
      expect(textOf(`apps/${name}/src/${name}.function.ts`)).toMatch(/^export class [A-Z][A-Za-z]+Function \{$/m);
    },
  );
});

describe('a port', () => {
  const portOf = (name: string) =>
    /listenConfig\((\d+)\)/.exec(textOf(`apps/${name}/src/${name}.service.ts`) ?? '')?.[1];

  test('is the next that no other app has', async () => {
    tree.write('apps/gateway/src/other.ts', 'const config = { listen: listenConfig(8_101) };\n');
    for (const name of ['one', 'two', 'three']) await generate(name);
    expect(['one', 'two', 'three'].map(portOf)).toEqual(['8100', '8102', '8103']);
  });

  test('may be chosen', async () => {
    await generate('hello', { port: 9000 });
    expect(portOf('hello')).toBe('9000');
    expect(textOf('functions.yml')).toContain('${HELLO_URL:-http://127.0.0.1:9000/hello}');
  });

  test.each([0, -1, 65_536, 8100.5, Number.NaN])('is refused when it is none: %d', async (port) => {
    await expect(generate('hello', { port })).rejects.toThrow(
      /^port: expected a whole number from 1 to 65535, received /,
    );
  });

  test('is refused when an app has it', async () => {
    const message = 'port: 8080 is taken: apps/gateway/src/gateway.ts listens there. Choose another, or none.';
    await expect(generate('hello', { port: 8080 })).rejects.toThrow(message);
  });
});

describe('a directory', () => {
  test.each(['libs', 'libs/', './libs'])('may be another one of workspaces: %s', async (directory) => {
    await generate('hello', { directory });
    expect(textOf('libs/hello/package.json')).toContain('vitest run --root ../.. libs/hello/');
    expect(textOf('tsconfig.json')).toContain('"libs/hello"');
  });

  test.each(['services', '..', '/tmp', 'apps/gateway'])(
    'is refused when it holds no workspaces: %s',
    async (directory) => {
      await expect(generate('hello', { directory })).rejects.toThrow(
        `directory: "${directory}" holds no workspaces. Choose one of apps, libs, or add "`,
      );
    },
  );
});
