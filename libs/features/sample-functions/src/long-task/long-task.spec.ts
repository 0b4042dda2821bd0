import { aFunctionCall } from '@later/function-kit/testing';
import { expect, test } from 'vitest';

import { LongTask } from './long-task.js';

test('a long task has no result', async () => {
  await expect(new LongTask(1).sleep(aFunctionCall())).resolves.toBeUndefined();
});

test('a long task ends at once when its client closes the connection', async () => {
  const client = new AbortController();
  const sleeping = new LongTask(60_000).sleep(aFunctionCall({ signal: client.signal }));
  client.abort();
  await expect(sleeping).rejects.toThrow('aborted');
});
