import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { ContainerBench } from './testing/container-bench.js';
import { buildFunctionImage, type FunctionImage } from './testing/function-image.js';
import { findTestEngine } from './testing/test-engine.js';

interface Seen {
  readonly user: number;
  readonly writes: Readonly<Record<string, string>>;
  readonly secret: unknown;
  readonly status: string;
  readonly firstProcess: string;
  readonly memoryLimit: string;
  readonly pidsLimit: string;
}

const found = await findTestEngine();

describe.skipIf(!found)('what a container lets its function do', () => {
  let image: FunctionImage;

  beforeAll(async () => {
    image = await buildFunctionImage(found!.engine, [new URL('./testing/inspecting-function.mjs', import.meta.url)]);
  });
  afterAll(() => image[Symbol.asyncDispose]());

  test('with a read-only root it writes to /tmp alone, and it never writes a secret', async () => {
    await using bench = await ContainerBench.open(found!);
    const limits = { memory: '128Mi', cpu: '500m' };
    const wanted = { image: image.name, limits, readOnlyRootFilesystem: true };
    const inspecting = await bench.start(wanted, { secret: 'open sesame' });
    const seen = JSON.parse((await inspecting.call()).body.toString()) as Seen;
    expect(seen.writes).toEqual({
      '/etc/written': 'EROFS',
      '/function/written': 'EROFS',
      '/tmp/written': 'written',
      '/var/openfaas/secrets/api-key': 'EROFS',
      '/var/openfaas/secrets/another': 'EROFS',
    });
    expect(seen.secret).toEqual({ mode: '444', content: 'open sesame' });
    expect(seen.status).toMatch(/^NoNewPrivs:\t1$/m);
    for (const set of ['Inh', 'Prm', 'Eff', 'Bnd', 'Amb'])
      expect(seen.status).toContain(`Cap${set}:\t0000000000000000`);
    expect(Number(seen.memoryLimit)).toBe(128 * 1024 ** 2);
    expect(Number(seen.pidsLimit)).toBe(1_024);
    expect(seen.user).toBe(1_000);
    expect(seen.firstProcess).toMatch(/init|tini/);
  });

  test('root in the image is no root: it cannot write a secret either', async () => {
    await using rooted = await buildFunctionImage(
      found!.engine,
      [new URL('./testing/inspecting-function.mjs', import.meta.url)],
      ['USER root'],
    );
    await using bench = await ContainerBench.open(found!);
    const inspecting = await bench.start({ image: rooted.name }, { secret: 'open sesame' });
    const seen = JSON.parse((await inspecting.call()).body.toString()) as Seen;
    expect(seen.user).toBe(0);
    expect(seen.status).toContain('CapEff:\t0000000000000000');
    expect(seen.writes).toMatchObject({
      '/etc/written': 'written',
      '/var/openfaas/secrets/api-key': 'EROFS',
      '/var/openfaas/secrets/another': 'EROFS',
    });
  });

  test('one that takes more memory than its limit ends, and it is told why', async () => {
    await using bench = await ContainerBench.open(found!);
    const greedy = await bench.start({ image: image.name, limits: { memory: '96Mi' } });
    const call = greedy.call({ target: '/allocate' });
    expect(await greedy.instance.ended).toMatch(/memory|137/);
    expect((await call).status).toBe(502);
    expect(await bench.remains()).toMatchObject({ containers: [], volumes: [] });
  });
});
