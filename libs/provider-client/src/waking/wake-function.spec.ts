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

/** A provider that tells these statuses one after the other, the last one for ever. */
function aProvider(...told: (FunctionStatus | undefined)[]) {
  const asked: number[] = [];
  const provider = {
    functionStatus: async () => (told.length > 1 ? told.shift() : told[0]),
    scale: async (_: unknown, replicas: number) => void asked.push(replicas),
  };
  return { provider, asked };
}

test('one that starts already is waited for and not asked for again', async () => {
  const starting = status({ replicas: 2, availableReplicas: 0 });
  const { provider, asked } = aProvider(starting, starting, status({ replicas: 2, availableReplicas: 1 }));
  await wakeFunction(provider, address);
  expect(asked).toEqual([]);
});

test('a provider that tells of no instances that can be called is taken at its word', async () => {
  const { provider, asked } = aProvider(status({ replicas: 0 }), status({ replicas: 1 }));
  await wakeFunction(provider, address);
  expect(asked).toEqual([1]);
});

test('one that does not come up in time is given up with what to look at', async () => {
  const { provider } = aProvider(status({ replicas: 1, availableReplicas: 0 }));
  await expect(wakeFunction(provider, address, 0)).rejects.toMatchObject({
    code: 'FUNCTION_NOT_UP',
    message: expect.stringContaining('faas-cli logs figlet') as string,
  });
});

test('one that is removed meanwhile is given up at once', async () => {
  const { provider } = aProvider(status({ replicas: 0, availableReplicas: 0 }), undefined);
  await expect(wakeFunction(provider, address)).rejects.toThrow('not deployed any more');
});
