import { expect, test } from 'vitest';

import { sampleFunctionsConfig } from './sample-functions-config.js';

test('long-task sleeps for a second by default, as in the lab', () => {
  expect(sampleFunctionsConfig.parse({})).toEqual({ LONG_TASK_DURATION: 1_000 });
  expect(sampleFunctionsConfig.parse({ LONG_TASK_DURATION: '250ms' })).toEqual({ LONG_TASK_DURATION: 250 });
});
