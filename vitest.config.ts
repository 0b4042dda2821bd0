import { defineConfig } from 'vitest/config';

/**
 * The name of a test file says its kind: `*.spec.ts` touches nothing outside the process, `*.int.spec.ts` needs a broker or
 * a process of its own, `apps/e2e` speaks only HTTP to the built apps, and `*.proof.spec.ts` takes minutes.
 */
const shared = {
  // Nest reads constructor types from decorator metadata, which vitest's compiler leaves out unless told.
  oxc: { decorator: { legacy: true, emitDecoratorMetadata: true } },
  resolve: { conditions: ['@later/source'] },
  ssr: { resolve: { conditions: ['@later/source'], externalConditions: ['@later/source'] } },
};

const proofs = '**/*.proof.spec.ts';

export default defineConfig({
  test: {
    passWithNoTests: true,
    projects: [
      {
        ...shared,
        test: {
          name: 'unit',
          sequence: { groupOrder: 0 },
          // Saves four fifths of the CPU time: each worker loads Nest, zod and the sources once, not for each file.
          isolate: false,
          // Tests of many generated inputs take seconds on a busy machine.
          testTimeout: 20_000,
          include: ['{apps,libs,tools}/**/*.spec.{ts,mjs}'],
          exclude: ['**/*.int.spec.ts', proofs, 'apps/e2e/**', '**/node_modules/**', '**/dist/**'],
        },
      },
      {
        ...shared,
        test: {
          name: 'integration',
          sequence: { groupOrder: 1 },
          isolate: false,
          include: ['{libs,tools}/**/*.int.spec.ts'],
          exclude: ['**/node_modules/**', '**/dist/**'],
          testTimeout: 30_000,
          hookTimeout: 60_000,
          maxWorkers: 2,
        },
      },
      {
        ...shared,
        test: {
          name: 'e2e',
          sequence: { groupOrder: 2 },
          isolate: false,
          include: ['apps/e2e/**/*.spec.ts'],
          exclude: [proofs, '**/node_modules/**', '**/dist/**'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          // Most of an end-to-end test is waiting.
          maxWorkers: 2,
        },
      },
      {
        ...shared,
        test: {
          name: 'proof',
          sequence: { groupOrder: 3 },
          include: [proofs],
          exclude: ['**/node_modules/**', '**/dist/**'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          maxWorkers: 1,
        },
      },
    ],
  },
});
