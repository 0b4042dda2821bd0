import { describe, expect, test } from 'vitest';

import { functionStatus, scaleRequest } from './function-status.js';

describe('a status', () => {
  test('is parsed from an answer with required fields only', () => {
    const least = { name: 'figlet', image: 'functions/figlet' };
    expect(functionStatus.parse({ ...least, labels: null })).toEqual({
      ...least,
      envVars: {},
      labels: {},
      annotations: {},
    });
  });

  test('is parsed from an answer with all fields and an unknown one', () => {
    const all = {
      name: 'figlet',
      image: 'functions/figlet',
      namespace: 'openfaas-fn',
      envProcess: 'figlet',
      envVars: { a: 'b' },
      constraints: [],
      secrets: ['api-key'],
      labels: { faas_function: 'figlet' },
      annotations: { note: 'first\nsecond' },
      limits: { memory: '128Mi', cpu: '100m' },
      requests: { memory: '64Mi' },
      readOnlyRootFilesystem: false,
      invocationCount: 12,
      replicas: 2,
      availableReplicas: 1,
      createdAt: '2026-01-02T03:04:05Z',
    };
    expect(functionStatus.parse({ ...all, usage: { cpu: 1 } })).toEqual(all);
  });
});

describe('a request to scale', () => {
  test.each([0, 1, 1_000])('may ask for %i', (replicas) => {
    expect(scaleRequest.parse({ serviceName: 'figlet', replicas })).toEqual({ serviceName: 'figlet', replicas });
  });

  test.each([-1, 1.5, 1_001, '2', null, undefined, NaN])('may not ask for %o', (replicas) => {
    const issues = scaleRequest.safeParse({ serviceName: 'figlet', replicas }).error?.issues ?? [];
    expect(issues.map(({ path }) => path.join('.'))).toEqual(['replicas']);
  });
});
