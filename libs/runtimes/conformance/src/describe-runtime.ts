import { afterEach, describe, test } from 'vitest';

import { ConformanceRun } from './conformance-run.js';
import { callGuarantees } from './guarantees/calls.js';
import { environmentGuarantees } from './guarantees/environment.js';
import { failureGuarantees } from './guarantees/failures.js';
import { lifecycleGuarantees } from './guarantees/lifecycle.js';
import type { RuntimeUnderTest } from './runtime-harness.js';

const guarantees = { ...callGuarantees, ...environmentGuarantees, ...failureGuarantees, ...lifecycleGuarantees };

/** The name of a guarantee of the runtime contract (`runtime.ts`). */
type Guarantee = keyof typeof guarantees;

/** The guarantees that a runtime does not give, each with the reason; the reason is printed with the skipped test. */
export type Skipped = Partial<Record<Guarantee, string>>;

/** Runs every guarantee of the contract against one runtime. */
export function describeRuntime(underTest: RuntimeUnderTest & { readonly skip?: Skipped }): void {
  describe(`runtime ${underTest.name}`, () => {
    let run: ConformanceRun | undefined;

    afterEach(async () => {
      const ending = run;
      run = undefined;
      await ending?.end();
    });

    for (const [name, check] of Object.entries(guarantees)) {
      test(name, async (context) => {
        const reason = underTest.skip?.[name as Guarantee];
        if (reason) return context.skip(reason);
        run = new ConformanceRun(await underTest.create());
        await check(run);
      });
    }
  });
}
