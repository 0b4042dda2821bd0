import { afterEach, describe, test } from 'vitest';

import { calling } from './guarantees/calling.js';
import { failing } from './guarantees/failing.js';
import { living } from './guarantees/living.js';
import { surroundings } from './guarantees/surroundings.js';
import type { RuntimeUnderTest } from './runtime-under-test.js';
import { Scene } from './scene.js';

const guarantees = { ...calling, ...surroundings, ...failing, ...living };

/** Every promise of the contract of a runtime (`runtime.ts`). */
type Guarantee = keyof typeof guarantees;

/** What a runtime cannot give, by guarantee; the reason is printed with the skipped test. */
export type Skipped = Partial<Record<Guarantee, string>>;

/** Runs every guarantee of the contract against one runtime. */
export function describeRuntime(underTest: RuntimeUnderTest & { readonly skip?: Skipped }): void {
  describe(`runtime ${underTest.name}`, () => {
    let scene: Scene | undefined;

    afterEach(async () => {
      const ending = scene;
      scene = undefined;
      await ending?.end();
    });

    for (const [name, check] of Object.entries(guarantees)) {
      test(name, async (context) => {
        const reason = underTest.skip?.[name as Guarantee];
        if (reason) return context.skip(reason);
        scene = new Scene(await underTest.create());
        await check(scene);
      });
    }
  });
}
