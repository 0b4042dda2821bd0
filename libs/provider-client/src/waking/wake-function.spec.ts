import type { FunctionStatus } from '@later/function-schema';
import { expect, test } from 'vitest';

import { wakeFunction } from './wake-function.js';

const address = { name: 'figlet', namespace: 'openfaas-fn' };
const status = (numbers: Partial<FunctionStatus>): FunctionStatus => ({
  name: 'figlet',
  image: 'x',
  envVars: {},
  labels: {},
  annotations: {},
  ...numbers,
});

/** A provider that answers with these statuses in turn, and with the last one from then on. */
function aProvider(...statuses: (FunctionStatus | undefined)[]) {
  const scaledTo: number[] = [];
  const provider = {
    functionStatus: async () => (statuses.length > 1 ? statuses.shift() : statuses[0]),
    scale: async (_: unknown, replicas: number) => void scaledTo.push(replicas),
  };
  return { provider, scaledTo };
}

test('waits for a function that is already starting, without scaling it', async () => {
  const starting = status({ replicas: 2, availableReplicas: 0 });
  const { provider, scaledTo } = aProvider(starting, starting, status({ replicas: 2, availableReplicas: 1 }));
  await wakeFunction(provider, address);
  expect(scaledTo).toEqual([]);
});

test('takes a function as callable when its provider reports instances but not their availability', async () => {
  const { provider, scaledTo } = aProvider(status({ replicas: 0 }), status({ replicas: 1 }));
  await wakeFunction(provider, address);
  expect(scaledTo).toEqual([1]);
});

test('rejects with the command that shows the log when the function does not start in time', async () => {
  const { provider } = aProvider(status({ replicas: 1, availableReplicas: 0 }));
  await expect(wakeFunction(provider, address, 0)).rejects.toMatchObject({
    code: 'FUNCTION_NOT_UP',
    message: expect.stringContaining('faas-cli logs figlet') as string,
  });
});

test('rejects at once when the function is removed meanwhile', async () => {
  const { provider } = aProvider(status({ replicas: 0, availableReplicas: 0 }), undefined);
  await expect(wakeFunction(provider, address)).rejects.toThrow('not deployed any more');
});
