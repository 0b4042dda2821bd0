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
    // Most tests wait for processes and brokers, so there is one worker more than the cores of a small machine.
    maxWorkers: 3,
    projects: [
      {
        ...shared,
        test: {
          name: 'unit',
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
          isolate: false,
          include: ['{libs,tools}/**/*.int.spec.ts'],
          exclude: ['**/node_modules/**', '**/dist/**'],
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        ...shared,
        test: {
          name: 'e2e',
          isolate: false,
          include: ['apps/e2e/**/*.spec.ts'],
          exclude: [proofs, '**/node_modules/**', '**/dist/**'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        ...shared,
        test: {
          name: 'proof',
          sequence: { groupOrder: 1 },
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
