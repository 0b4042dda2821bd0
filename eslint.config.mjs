import eslint from '@eslint/js';
import { createProjectGraphAsync } from '@nx/devkit';
import nx from '@nx/eslint-plugin';
import jsoncParser from 'jsonc-eslint-parser';
import tseslint from 'typescript-eslint';

import { depConstraints, lazily } from './tools/boundaries.mjs';

// The rule reads the graph from Nx's cache, and is silent without one.
await createProjectGraphAsync();

/** What tests are made of: the specs, and what a project keeps for its own specs. */
const specs = ['**/*.spec.ts', '**/*.spec.mjs', 'libs/**/src/**/testing/**'];
const testSupport = [
  'libs/testing/**',
  'libs/transport/conformance/**',
  'libs/runtimes/conformance/**',
  'apps/e2e/**',
  'apps/stacks-e2e/**',
  'tools/**',
];

const boundaries = (options) => [
  'error',
  {
    allow: [],
    enforceBuildableLibDependency: false,
    banTransitiveDependencies: false,
    depConstraints: depConstraints(options),
  },
];

export default tseslint.config(
  { ignores: ['**/dist/**', '**/node_modules/**', '.nx/**', '**/files/**'] },
  { files: ['**/*.ts', '**/*.mjs'], extends: [eslint.configs.recommended], plugins: { '@nx': nx } },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { project: ['./tsconfig.check.json'], tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@nx/enforce-module-boundaries': boundaries(),
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      // Contracts are asynchronous where an implementation may not need it.
      '@typescript-eslint/require-await': 'off',
      // A handler's signature may name what it does not use.
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      // Nest's modules are classes that hold nothing.
      '@typescript-eslint/no-extraneous-class': 'off',
      'no-restricted-properties': [
        'error',
        {
          object: 'process',
          property: 'env',
          message: 'The environment is read once: declare a variable in a config schema.',
        },
      ],
      'no-restricted-globals': [
        'error',
        {
          name: 'setTimeout',
          message: "Use setTimeout of 'node:timers/promises' with a signal: what starts can be stopped.",
        },
      ],
    },
  },
  {
    files: ['libs/transport/nest/**'],
    rules: {
      'no-restricted-imports': [
        'error',
        { patterns: [{ group: lazily, message: 'Load a driver with import(), when it is chosen.' }] },
      ],
    },
  },
  {
    files: specs,
    rules: { '@nx/enforce-module-boundaries': boundaries({ specs: true }), '@typescript-eslint/unbound-method': 'off' },
  },
  {
    files: [...specs, ...testSupport, 'libs/service-kit/src/run-service.ts', 'vitest.config.ts'],
    rules: { 'no-restricted-properties': 'off' },
  },
  // They read the workspace by path, whatever project a file is in.
  { files: ['tools/docs/**', 'tools/checks/**'], rules: { '@nx/enforce-module-boundaries': 'off' } },
  // The types of our .mjs files.
  { files: ['**/*.d.mts'], languageOptions: { parser: tseslint.parser } },
  {
    // Each package declares what its own code imports, and nothing else; what only its specs import is the workspace's.
    files: ['{apps,libs}/**/package.json'],
    plugins: { '@nx': nx },
    languageOptions: { parser: jsoncParser },
    rules: {
      '@nx/dependency-checks': [
        'error',
        {
          buildTargets: ['build'],
          checkVersionMismatches: false,
          ignoredFiles: ['{projectRoot}/src/**/*.spec.ts', '{projectRoot}/src/**/testing/**'],
        },
      ],
    },
  },
  {
    files: ['**/*.mjs'],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        URL: 'readonly',
        setTimeout: 'readonly',
        fetch: 'readonly',
        performance: 'readonly',
        Buffer: 'readonly',
        AbortSignal: 'readonly',
      },
    },
  },
);
