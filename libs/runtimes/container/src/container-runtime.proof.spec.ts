import { pathToFileURL } from 'node:url';

import { afterAll, describe, test } from 'vitest';
import { conformanceFunction, describeRuntime } from '@later/runtime-conformance';

import { createContainerHarness } from './testing/container-harness.js';
import { buildFunctionImage } from './testing/function-image.js';
import { findTestEngine } from './testing/test-engine.js';

const testEngine = await findTestEngine();

if (testEngine) {
  const image = await buildFunctionImage(testEngine.engine, [pathToFileURL(conformanceFunction)]);
  afterAll(() => image[Symbol.asyncDispose]());
  describeRuntime({ name: 'container', create: () => createContainerHarness(testEngine, image.name) });
} else {
  describe.skip('runtime container', () => test('NOT TESTED: no container engine', () => undefined));
}
