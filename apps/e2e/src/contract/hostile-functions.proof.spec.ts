import { randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';

import { eventually, System } from '@later/testing';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';

import { faasCli } from '../clients/faas-cli.js';
import { http, type Answer } from '../clients/http.js';

let system: System;
let cli: ReturnType<typeof faasCli>;

/** In the environment of every process of these functions, whatever they become. */
const mark = randomUUID();

beforeAll(async () => {
  system = await System.start({ transport: 'embedded', standalone: true, env: { MAX_OUTPUT_BYTES: '1MiB' } });
  cli = faasCli(system.gatewayUrl);
});
afterAll(() => system?.stop());

/** All that runs on this machine with the mark. */
async function marked(): Promise<string[]> {
  const pids = (await readdir('/proc')).filter((each) => /^\d+$/.test(each));
  const isMarked = await Promise.all(
    pids.map((pid) =>
      readFile(`/proc/${pid}/environ`, 'latin1').then(
        (text) => text.includes(mark),
        () => false,
      ),
    ),
  );
  return pids.filter((_, index) => isMarked[index]);
}

const openFiles = async (): Promise<number> => (await readdir(`/proc/${system.app('gateway').pid}/fd`)).length;

let deployed = 0;

async function deploy(envProcess: string, envVars: Readonly<Record<string, string>> = {}): Promise<string> {
  const service = `hostile-${deployed++}`;
  const deployment = { service, image: 'of-a-test', envProcess, envVars: { ...envVars, MARK: mark } };
  expect((await cli.deploy(deployment)).status).toBe(202);
  return service;
}

const call = (name: string, body: string | Uint8Array = ''): Promise<Answer> =>
  http(`${system.gatewayUrl}/function/${name}`, { body });

/** Node runs this; without a space, where a command is split. */
const script = (source: string): string => `${process.execPath} -e ${source}`;

const large = new Uint8Array(20 * 1024 * 1024);

describe('a function that is called through the gateway and', () => {
  // What a server of a function has left is stopped with the function.
  afterEach(async () => {
    const functions = (await cli.list()).filter(({ name }) => name.startsWith('hostile-'));
    for (const { name } of functions) await cli.remove(name);
    await eventually(async () => (await marked()).length === 0);
  });

  test.each(['ignore', 'inherit'])('forks a child that outlives it (its output: %s) leaves none', async (stdio) => {
    const child = `require("child_process").spawn("sleep",["99999"],{detached:true,stdio:"${stdio}"}).unref()`;
    const answer = await call(await deploy(script(`${child};console.log(1)`)));
    expect([answer.status, answer.text]).toEqual([200, '1\n']);
    await eventually(async () => (await marked()).length === 0);
  });

  test('ignores SIGTERM is ended when its time is over', async () => {
    const stubborn = script('process.on("SIGTERM",()=>{});console.log(1);setInterval(()=>{},1e3)');
    const answer = await call(await deploy(stubborn, { exec_timeout: '500ms' }));
    expect(answer.status).toBe(504);
    await eventually(async () => (await marked()).length === 0);
  });

  test('prints 1 GB is ended, and its caller told why', async () => {
    const answer = await call(await deploy('head -c 1000000000 /dev/zero'));
    expect([answer.status, answer.text]).toEqual([500, expect.stringContaining('more than 1048576 bytes') as string]);
    await eventually(async () => (await marked()).length === 0);
  });

  test('prints without an end is ended when its time is over: what has begun breaks off', async () => {
    const name = await deploy('yes', { mode: 'streaming', exec_timeout: '500ms' });
    // On a machine so slow that nothing had begun, it is told of.
    const answer = await call(name).catch(() => undefined);
    expect(answer?.status ?? 504).toBe(504);
    await eventually(async () => (await marked()).length === 0);
  });

  test.each([
    ['never reads its input', 'sleep 0.1', 200, ''],
    ['closes its input', script('process.stdin.destroy();console.log(1)'), 200, '1\n'],
    ['exits at once', 'true', 200, ''],
    ['fails at once', 'false', 500, 'exit status 1\n'],
    ['is not there', 'no-such-command', 500, expect.stringContaining('no-such-command') as string],
  ])('%s answers a large body', async (_, envProcess, status, text) => {
    const name = await deploy(envProcess);
    const answer = await call(name, large);
    expect([answer.status, answer.text]).toEqual([status, text]);
    expect((await call(name)).status, 'and the next').toBe(status);
  });

  test.each(['classic', 'streaming'])('is left by its caller is ended: %s', async (mode) => {
    const name = await deploy('sleep 99999', { mode });
    const gone = new AbortController();
    const answer = fetch(`${system.gatewayUrl}/function/${name}`, { signal: gone.signal });
    await eventually(async () => (await marked()).length > 0);
    gone.abort();
    await expect(answer).rejects.toThrow();
    await eventually(async () => (await marked()).length === 0);
  });

  test('is a server that forks and dies at every call is told of with 502, and goes with its function', async () => {
    const child = 'require("child_process").spawn("sleep",["99999"],{detached:true,stdio:"ignore"}).unref()';
    const server = `require("http").createServer(()=>{${child};process.exit(1)}).listen(process.env.PORT)`;
    const name = await deploy(script(server), { mode: 'http' });
    for (let times = 0; times < 2; times++) expect((await call(name)).status).toBe(502);
    expect((await cli.remove(name)).status).toBe(202);
    await eventually(async () => (await marked()).length === 0);
  });

  test('misbehaves again and again leaves no file open', async () => {
    const name = await deploy('head -c 2000000 /dev/zero');
    const misbehave = async (): Promise<void> => {
      const answers = await Promise.all(Array.from({ length: 10 }, () => call(name, 'x'.repeat(100_000))));
      expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 500));
    };
    await misbehave();
    const before = await openFiles();
    for (let times = 0; times < 3; times++) await misbehave();
    // How many connections are kept for the next calls varies by a few; a file for each call would be 30.
    await eventually(async () => (await openFiles()) < before + 10);
  });
});
