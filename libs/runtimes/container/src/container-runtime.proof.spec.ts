import { pathToFileURL } from 'node:url';

import { afterAll, describe, test } from 'vitest';
import { conformanceFunction, describeRuntime } from '@later/runtime-conformance';

import { containerStage } from './testing/container-stage.js';
import { buildFunctionImage } from './testing/function-image.js';
import { findTestEngine } from './testing/test-engine.js';

const found = await findTestEngine();

if (found) {
  const image = await buildFunctionImage(found.engine, [pathToFileURL(conformanceFunction)]);
  afterAll(() => image[Symbol.asyncDispose]());
  describeRuntime({ name: 'container', create: () => containerStage(found, image.name) });
} else {
  describe.skip('runtime container', () => test('NOT TESTED: no container engine', () => undefined));
}
