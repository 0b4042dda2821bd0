import { expect, test } from 'vitest';

import { sampleFunctionsConfig } from './sample-functions-config.js';

test('a long task takes a second, as in the lab, unless told otherwise', () => {
  expect(sampleFunctionsConfig.parse({})).toEqual({ LONG_TASK_DURATION: 1_000 });
  expect(sampleFunctionsConfig.parse({ LONG_TASK_DURATION: '250ms' })).toEqual({ LONG_TASK_DURATION: 250 });
});
