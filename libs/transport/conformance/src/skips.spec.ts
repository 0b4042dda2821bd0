import { expectTypeOf, test } from 'vitest';

import type { Skips } from './describe-transport.js';

test('a skip names a guarantee of the contract, or does not compile', () => {
  expectTypeOf<{ 'does not deliver before notBefore': string }>().toExtend<Skips>();
  // @ts-expect-error The contract has no guarantee of this name.
  const unknown: Skips = { 'delivers before notBefore': 'the reason' };
  void unknown;
});
