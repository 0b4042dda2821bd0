import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';

import type { BackendUnderTest, DriverUnderTest } from './driver-under-test.js';
import { consuming } from './guarantees/consuming.js';
import { deadLetters } from './guarantees/dead-letters.js';
import { fairness } from './guarantees/fairness.js';
import { outages } from './guarantees/outages.js';
import { publishing } from './guarantees/publishing.js';
import { retrying } from './guarantees/retrying.js';
import { Scene } from './scene.js';

const guarantees = { ...publishing, ...fairness, ...retrying, ...consuming, ...deadLetters, ...outages };

/** Every promise of the transport contract, in the words of the guarantees page. */
export type Guarantee = keyof typeof guarantees;

/** The guarantees that a driver cannot give, each with the reason that is printed with the skipped test. */
export type Skips = { readonly [Name in Guarantee]?: string };

/** Runs every guarantee of the contract against one driver and its real backend. */
export function describeTransport(driver: DriverUnderTest, skips: Skips = {}): void {
  describe(`transport ${driver.name}`, () => {
    let backend: BackendUnderTest;
    let scene: Scene;

    beforeAll(async () => {
      backend = await driver.startBackend();
    });
    afterEach(() => scene.end());
    afterAll(() => backend?.stop());

    for (const [name, check] of Object.entries(guarantees)) {
      test(name, async (context) => {
        scene = new Scene(driver, backend);
        const reason = skips[name as Guarantee] ?? (name in outages ? backend.untouchable : undefined);
        if (reason) return context.skip(reason);
        await check(scene);
        expect(scene.errors, 'errors reported by subscriptions').toEqual([]);
      });
    }
  });
}
