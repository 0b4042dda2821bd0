import { once } from 'node:events';
import { connect } from 'node:net';
import { Readable } from 'node:stream';

import { eventually } from '@later/testing';
import { pack } from 'tar-stream';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { readyPathAnnotation } from './starting/wait-until-ready.js';
import { listContainers } from './engine/engine.js';
import { ownershipLabels } from './ownership/ownership-labels.js';
import { ContainerBench } from './testing/container-bench.js';
import { buildFunctionImage, type FunctionImage } from './testing/function-image.js';
import { findTestEngine } from './testing/test-engine.js';

const found = await findTestEngine();
const nothing = { containers: [], volumes: [], networks: [] };
const program = new URL('./testing/inspecting-function.mjs', import.meta.url);

describe.skipIf(!found)('a container of a function', () => {
  let image: FunctionImage;

  beforeAll(async () => {
    image = await buildFunctionImage(found!.engine, [program]);
  });
  afterAll(() => image[Symbol.asyncDispose]());

  test('gets no call before the health check of its image is content', async () => {
    const check = 'HEALTHCHECK --interval=1s --retries=1000 CMD test -e /tmp/healthy';
    await using sick = await buildFunctionImage(found!.engine, [program], [check]);
    await using bench = await ContainerBench.open(found!);
    let started = false;
    const starting = bench.start({ image: sick.name }).finally(() => (started = true));
    const container = await only(bench);
    await eventually(async () => accepts((await container.inspect()).NetworkSettings.Ports['8080/tcp']?.[0]?.HostPort));
    await eventually(async () => ((await container.inspect()).State.Health?.FailingStreak ?? 0) > 0, 20_000);
    expect(started).toBe(false);
    const archive = pack();
    archive.entry({ name: 'healthy' }, '');
    archive.finalize();
    await container.putArchive(Readable.from(archive, { objectMode: false }), { path: '/tmp' });
    expect((await (await starting).call()).status).toBe(200);
  }, 60_000);

  test('gets no call before it says at its own path that it is ready', async () => {
    await using bench = await ContainerBench.open(found!);
    const ready = await bench.start({ image: image.name, annotations: { [readyPathAnnotation]: '/ready' } });
    expect(JSON.parse((await ready.call()).body.toString())).toMatchObject({ asked: 3 });
  });

  test('is given up, and removed, when it takes no calls in time', async () => {
    await using bench = await ContainerBench.open(found!, { startTimeoutMs: 500 });
    const starting = bench.start({
      image: image.name,
      envProcess: 'node -e setInterval(Date,1e4)',
    });
    await expect(starting).rejects.toThrow('it took no calls on port 8080 within 500 ms');
    expect(await bench.remains()).toMatchObject({ containers: [], volumes: [] });
  });

  test('is not to be had from an image that is nowhere', async () => {
    await using bench = await ContainerBench.open(found!);
    const starting = bench.start({ image: 'registry.invalid/nobody/nothing:1' });
    await expect(starting).rejects.toThrow(
      /^image registry\.invalid\/nobody\/nothing:1 is not on the engine and cannot be pulled: \S.*$/,
    );
    await bench.runtime.close();
    expect(await bench.remains()).toEqual(nothing);
  });

  test('is its own provider’s: another that sweeps the same engine lets it be', async () => {
    await using mine = await ContainerBench.open(found!);
    await using others = await ContainerBench.open(found!);
    const running = await mine.start({ image: image.name }, { secret: 'open sesame' });
    await others.runtime.sweep();
    await others.runtime.close();
    expect((await running.call()).status).toBe(200);
    await mine.runtime.close();
    expect(await mine.remains()).toEqual(nothing);
  });

  test('is reached by its address when the provider is on its network, which is somebody else’s and stays', async () => {
    const name = `later-test-${crypto.randomUUID()}`;
    await using bench = await ContainerBench.open(found!, { reach: 'network', network: name });
    await expect(bench.start({ image: image.name })).rejects.toThrow(`network ${name} is not on the engine`);
    const network = await found!.engine.createNetwork({ Name: name, Driver: 'bridge' });
    try {
      const reached = await bench.start({ image: image.name });
      const { Ports } = (await (await only(bench)).inspect()).NetworkSettings;
      expect(Object.values(Ports).flat().filter(Boolean)).toEqual([]);
      expect((await reached.call()).status).toBe(200);
      await bench.runtime.close();
      expect((await network.inspect()).Name).toBe(name);
    } finally {
      await network.remove();
    }
  });
});

test('without an engine, it says what to do', async () => {
  const address = 'unix:///nowhere/engine.sock';
  await using bench = await ContainerBench.open({ address, engine: undefined as never });
  const starting = bench.start({ image: 'any' });
  await expect(starting).rejects.toThrow(
    /no container engine answers at unix:.*ENOENT.*Is Docker running\? Set DOCKER_HOST/,
  );
  await expect(bench.runtime.sweep()).rejects.toThrow('Is Docker running?');
});

/** The only container of a bench, as soon as there is one. */
async function only({ providerId }: ContainerBench) {
  const label = [`${ownershipLabels.provider}=${providerId}`];
  await eventually(async () => (await listContainers(found!.engine, { label })).length === 1);
  return found!.engine.getContainer((await listContainers(found!.engine, { label }))[0]!.Id);
}

async function accepts(port: string | undefined): Promise<boolean> {
  if (!port) return false;
  const socket = connect(Number(port), '127.0.0.1');
  return once(socket, 'connect')
    .then(() => true)
    .catch(() => false)
    .finally(() => socket.destroy());
}
