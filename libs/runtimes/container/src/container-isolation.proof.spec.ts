import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { ContainerBench } from './testing/container-bench.js';
import { buildFunctionImage, type FunctionImage } from './testing/function-image.js';
import { findTestEngine } from './testing/test-engine.js';

interface Report {
  readonly user: number;
  readonly writes: Readonly<Record<string, string>>;
  readonly secret: unknown;
  readonly status: string;
  readonly firstProcess: string;
  readonly memoryLimit: string;
  readonly pidsLimit: string;
}

const testEngine = await findTestEngine();

describe.skipIf(!testEngine)('the isolation of a container', () => {
  let image: FunctionImage;

  beforeAll(async () => {
    image = await buildFunctionImage(testEngine!.engine, [
      new URL('./testing/inspecting-function.mjs', import.meta.url),
    ]);
  });
  afterAll(() => image[Symbol.asyncDispose]());

  test('a function with a read-only root can write only to /tmp, and no secret', async () => {
    await using bench = await ContainerBench.open(testEngine!);
    const limits = { memory: '128Mi', cpu: '500m' };
    const fields = { image: image.name, limits, readOnlyRootFilesystem: true };
    const inspecting = await bench.start(fields, { secret: 'open sesame' });
    const report = JSON.parse((await inspecting.call()).body.toString()) as Report;
    expect(report.writes).toEqual({
      '/etc/written': 'EROFS',
      '/function/written': 'EROFS',
      '/tmp/written': 'written',
      '/var/openfaas/secrets/api-key': 'EROFS',
      '/var/openfaas/secrets/another': 'EROFS',
    });
    expect(report.secret).toEqual({ mode: '444', content: 'open sesame' });
    expect(report.status).toMatch(/^NoNewPrivs:\t1$/m);
    for (const set of ['Inh', 'Prm', 'Eff', 'Bnd', 'Amb'])
      expect(report.status).toContain(`Cap${set}:\t0000000000000000`);
    expect(Number(report.memoryLimit)).toBe(128 * 1024 ** 2);
    expect(Number(report.pidsLimit)).toBe(1_024);
    expect(report.user).toBe(1_000);
    expect(report.firstProcess).toMatch(/init|tini/);
  });

  test('a function that runs as root has no capabilities and cannot write a secret', async () => {
    await using rooted = await buildFunctionImage(
      testEngine!.engine,
      [new URL('./testing/inspecting-function.mjs', import.meta.url)],
      ['USER root'],
    );
    await using bench = await ContainerBench.open(testEngine!);
    const inspecting = await bench.start({ image: rooted.name }, { secret: 'open sesame' });
    const report = JSON.parse((await inspecting.call()).body.toString()) as Report;
    expect(report.user).toBe(0);
    expect(report.status).toContain('CapEff:\t0000000000000000');
    expect(report.writes).toMatchObject({
      '/etc/written': 'written',
      '/var/openfaas/secrets/api-key': 'EROFS',
      '/var/openfaas/secrets/another': 'EROFS',
    });
  });

  test('a function that exceeds its memory limit ends, and the reason names memory', async () => {
    await using bench = await ContainerBench.open(testEngine!);
    const greedy = await bench.start({ image: image.name, limits: { memory: '96Mi' } });
    const call = greedy.call({ target: '/allocate' });
    expect(await greedy.instance.ended).toMatch(/memory|137/);
    expect((await call).status).toBe(502);
    expect(await bench.resources()).toMatchObject({ containers: [], volumes: [] });
  });
});
