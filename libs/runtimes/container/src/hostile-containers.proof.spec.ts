import { eventually } from '@later/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { listContainers } from './engine/engine-requests.js';
import { ownershipLabels } from './ownership/ownership-labels.js';
import { ContainerBench } from './testing/container-bench.js';
import { buildFunctionImage, type FunctionImage } from './testing/function-image.js';
import { findTestEngine } from './testing/test-engine.js';

const testEngine = await findTestEngine();
const noResources = { containers: [], volumes: [], networks: [] };

/** The conformance suite tests functions that ignore SIGTERM, fork children, never answer, or exit at once. */
describe.skipIf(!testEngine)('a hostile function in a container', () => {
  let image: FunctionImage;

  beforeAll(async () => {
    const program = new URL('./testing/inspecting-function.mjs', import.meta.url);
    image = await buildFunctionImage(testEngine!.engine, [program], ['VOLUME /scratch']);
  });
  afterAll(() => image[Symbol.asyncDispose]());

  test('that answers before it reads the body gives its answer', async () => {
    await using bench = await ContainerBench.open(testEngine!);
    const early = await bench.start({ image: image.name });
    for (let times = 0; times < 3; times++) {
      const answer = await early.call({ target: '/early', body: Buffer.alloc(16 * 1024 ** 2) });
      expect([answer.status, answer.body.toString()]).toEqual([200, 'before it was read']);
    }
    await bench.runtime.close();
    expect(await bench.resources()).toEqual(noResources);
  });

  test('that prints without end can be called and stopped', async () => {
    await using bench = await ContainerBench.open(testEngine!);
    const log: string[] = [];
    const flooding = await bench.start({ image: image.name }, { log: (line) => log.push(line) });
    expect((await flooding.call({ target: '/flood' })).status).toBe(200);
    await eventually(() => log.some((line) => /^\d+ bytes left out/.test(line)), 25_000);
    expect((await flooding.call()).status).toBe(200);
    await flooding.instance.stop();
    await bench.runtime.close();
    expect(await bench.resources()).toEqual(noResources);
  });

  test('leaves no volume of its image and no secret behind', async () => {
    await using bench = await ContainerBench.open(testEngine!);
    await bench.start({ image: image.name }, { secret: 'open sesame' });
    const label = [`${ownershipLabels.provider}=${bench.providerId}`];
    const [listed] = await listContainers(testEngine!.engine, { label });
    const { Mounts } = await testEngine!.engine.getContainer(listed!.Id).inspect();
    const volumes = Mounts.map(({ Name }) => Name!);
    expect(volumes).toHaveLength(2);
    await bench.runtime.close();
    expect(await bench.resources()).toEqual(noResources);
    for (const volume of volumes) {
      await expect(testEngine!.engine.getVolume(volume).inspect()).rejects.toMatchObject({ statusCode: 404 });
    }
  });
});
