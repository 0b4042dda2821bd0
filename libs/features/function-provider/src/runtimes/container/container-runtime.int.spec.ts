import { afterAll, describe, test } from 'vitest';

import { describeRuntime } from '../conformance/describe-runtime.js';
import { containerStage } from './testing/container-stage.js';
import { buildFunctionImage } from './testing/function-image.js';
import { findTestEngine } from './testing/test-engine.js';

const found = await findTestEngine();

if (found) {
  const program = new URL('../conformance/a-function.mjs', import.meta.url);
  const image = await buildFunctionImage(found.engine, [program]);
  afterAll(() => image[Symbol.asyncDispose]());
  describeRuntime({ name: 'container', create: () => containerStage(found, image.name) });
} else {
  describe.skip('runtime container', () => test('NOT TESTED: no container engine', () => undefined));
}
