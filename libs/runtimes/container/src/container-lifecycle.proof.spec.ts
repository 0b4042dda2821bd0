import { once } from 'node:events';
import { connect } from 'node:net';
import { Readable } from 'node:stream';

import { eventually } from '@later/testing';
import { pack } from 'tar-stream';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { readyPathAnnotation } from './starting/wait-until-ready.js';
import { ignoreMissing, listContainers } from './engine/engine-requests.js';
import { ownershipLabels } from './ownership/ownership-labels.js';
import { ContainerBench } from './testing/container-bench.js';
import { buildFunctionImage, type FunctionImage } from './testing/function-image.js';
import { findTestEngine } from './testing/test-engine.js';

const testEngine = await findTestEngine();
const noResources = { containers: [], volumes: [], networks: [] };
const program = new URL('./testing/inspecting-function.mjs', import.meta.url);

describe.skipIf(!testEngine)('a container of a function', () => {
  let image: FunctionImage;

  beforeAll(async () => {
    image = await buildFunctionImage(testEngine!.engine, [program]);
  });
  afterAll(() => image[Symbol.asyncDispose]());

  test('gets no call before the health check of its image passes', async () => {
    const check = 'HEALTHCHECK --interval=1s --retries=1000 CMD test -e /tmp/healthy';
    await using sick = await buildFunctionImage(testEngine!.engine, [program], [check]);
    await using bench = await ContainerBench.open(testEngine!);
    let started = false;
    const starting = bench.start({ image: sick.name }).finally(() => (started = true));
    const container = await onlyContainer(bench);
    await eventually(async () => accepts((await container.inspect()).NetworkSettings.Ports['8080/tcp']?.[0]?.HostPort));
    await eventually(async () => ((await container.inspect()).State.Health?.FailingStreak ?? 0) > 0, 20_000);
    expect(started).toBe(false);
    const archive = pack();
    archive.entry({ name: 'healthy' }, '');
    archive.finalize();
    await container.putArchive(Readable.from(archive, { objectMode: false }), { path: '/tmp' });
    expect((await (await starting).call()).status).toBe(200);
  }, 60_000);

  test('gets no call before its ready path answers 2xx', async () => {
    await using bench = await ContainerBench.open(testEngine!);
    const ready = await bench.start({ image: image.name, annotations: { [readyPathAnnotation]: '/ready' } });
    expect(JSON.parse((await ready.call()).body.toString())).toMatchObject({ asked: 3 });
  });

  test('is removed when it takes no calls in time', async () => {
    await using bench = await ContainerBench.open(testEngine!, { startTimeoutMs: 500 });
    const starting = bench.start({
      image: image.name,
      envProcess: 'node -e setInterval(Date,1e4)',
    });
    await expect(starting).rejects.toThrow('it took no calls on port 8080 within 500 ms');
    expect(await bench.resources()).toMatchObject({ containers: [], volumes: [] });
  });

  test('does not start from an image that no registry has', async () => {
    await using bench = await ContainerBench.open(testEngine!);
    const starting = bench.start({ image: 'registry.invalid/nobody/nothing:1' });
    await expect(starting).rejects.toThrow(
      /^image registry\.invalid\/nobody\/nothing:1 is not on the engine and cannot be pulled: \S.*$/,
    );
    await bench.runtime.close();
    expect(await bench.resources()).toEqual(noResources);
  });

  test('survives the sweep of another provider on the same engine', async () => {
    await using mine = await ContainerBench.open(testEngine!);
    await using other = await ContainerBench.open(testEngine!);
    const running = await mine.start({ image: image.name }, { secret: 'open sesame' });
    await other.runtime.sweep();
    await other.runtime.close();
    expect((await running.call()).status).toBe(200);
    await mine.runtime.close();
    expect(await mine.resources()).toEqual(noResources);
  });

  test('is called at its address on an existing network, which is not removed', async () => {
    const name = `later-test-${crypto.randomUUID()}`;
    await using bench = await ContainerBench.open(testEngine!, { reach: 'network', network: name });
    await expect(bench.start({ image: image.name })).rejects.toThrow(`network ${name} is not on the engine`);
    const network = await testEngine!.engine.createNetwork({ Name: name, Driver: 'bridge' });
    try {
      const reached = await bench.start({ image: image.name });
      const { Ports } = (await (await onlyContainer(bench)).inspect()).NetworkSettings;
      expect(Object.values(Ports).flat().filter(Boolean)).toEqual([]);
      expect((await reached.call()).status).toBe(200);
      await bench.runtime.close();
      expect((await network.inspect()).Name).toBe(name);
    } finally {
      await network.remove();
    }
  });
});

test('a start without an engine rejects with the remedy', async () => {
  const address = 'unix:///nowhere/engine.sock';
  await using bench = await ContainerBench.open({ address, engine: undefined as never });
  const starting = bench.start({ image: 'any' });
  await expect(starting).rejects.toThrow(
    /no container engine answers at unix:.*ENOENT.*Is Docker running\? Set DOCKER_HOST/,
  );
  await expect(bench.runtime.sweep()).rejects.toThrow('Is Docker running?');
});

/** Waits for the only container of a bench. */
async function onlyContainer({ providerId }: ContainerBench) {
  const label = [`${ownershipLabels.provider}=${providerId}`];
  const find = async () => {
    const [listed] = await listContainers(testEngine!.engine, { label });
    return listed && testEngine!.engine.getContainer(listed.Id);
  };
  // Docker lists a new container shortly before it can be inspected.
  await eventually(
    async () => (await ignoreMissing((await find())?.inspect() ?? Promise.resolve(undefined))) !== undefined,
  );
  return (await find())!;
}

async function accepts(port: string | undefined): Promise<boolean> {
  if (!port) return false;
  const socket = connect(Number(port), '127.0.0.1');
  return once(socket, 'connect')
    .then(() => true)
    .catch(() => false)
    .finally(() => socket.destroy());
}
