import {
  appendFile,
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  rm,
  stat,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';

import type { FunctionLogLine } from '@later/function-schema';
import { eventually } from '@later/testing';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';

import { FunctionLogs, type LogQuery } from './index.js';

const figlet = { name: 'figlet', namespace: 'openfaas-fn' };
const never = new AbortController().signal;
const path = () => join(folder, 'openfaas-fn', 'figlet.ndjson');

let parent: string;
let folder: string;
let minute: number;
let warnings: unknown[][];
let opened: FunctionLogs[];

beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'later-logs-'));
  folder = join(parent, 'logs');
  minute = 0;
  warnings = [];
  opened = [];
});
afterEach(async () => {
  // Unwritten lines would be stored in the folder during its removal.
  for (const logs of opened) await logs.close();
  await rm(parent, { recursive: true });
});

/** Each line is written a minute after the one before. */
function open(maxBytes?: number): FunctionLogs {
  const now = () => new Date(Date.UTC(2026, 0, 1, 0, minute++));
  const logs = new FunctionLogs({ folder, log, now, ...(maxBytes && { maxBytes }) });
  opened.push(logs);
  return logs;
}

const log = { warn: (...said: unknown[]) => void warnings.push(said) };

type QueryOptions = Partial<Omit<LogQuery, 'address'>>;

async function linesOf(logs: FunctionLogs, query: QueryOptions = {}, address = figlet): Promise<FunctionLogLine[]> {
  const lines: FunctionLogLine[] = [];
  for await (const line of logs.read({ address, signal: never, ...query })) lines.push(line);
  return lines;
}
const textsOf = async (...asked: Parameters<typeof linesOf>) => (await linesOf(...asked)).map(({ text }) => text);

/** Follows a log in the background of the test. */
function following(logs: FunctionLogs, query: QueryOptions = {}, address = figlet) {
  const stop = new AbortController();
  const texts: string[] = [];
  const ended = (async () => {
    for await (const { text } of logs.read({ address, follow: true, signal: stop.signal, ...query })) texts.push(text);
  })();
  onTestFinished(() => stop.abort());
  return { texts, ended, stop: () => stop.abort() };
}

const bytesOf = async (paths: readonly string[]) => {
  const sizes = await Promise.all(paths.map(async (each) => (await stat(each)).size));
  return sizes.reduce((sum, each) => sum + each, 0);
};
const filesOf = async () =>
  (await readdir(folder, { recursive: true, withFileTypes: true })).filter((each) => each.isFile());
const allFiles = async () => (await filesOf()).map((each) => join(each.parentPath, each.name));

describe('lines of a function', () => {
  test('are read as they were written, right after they were written', async () => {
    const logs = open();
    logs.write(figlet, 'one', 'Forking fprocess.');
    logs.write(figlet, 'two', '漢字 and "quotes"\u2028\n\u0000');
    expect(await linesOf(logs)).toEqual([
      { ...figlet, instance: 'one', timestamp: '2026-01-01T00:00:00.000Z', text: 'Forking fprocess.' },
      { ...figlet, instance: 'two', timestamp: '2026-01-01T00:01:00.000Z', text: '漢字 and "quotes"\u2028\n\u0000' },
    ]);
  });

  test('are stored without a request, readable by their owner only', async () => {
    const logs = open();
    logs.write(figlet, 'one', 'hello');
    await eventually(async () => (await readFile(path(), 'utf8').catch(() => '')).endsWith('"text":"hello"}\n'));
    const modes = await Promise.all([folder, join(folder, 'openfaas-fn'), path()].map((each) => stat(each)));
    expect(modes.map(({ mode }) => mode & 0o777)).toEqual([0o700, 0o700, 0o600]);
  });

  test('survive a restart, except an incomplete last line', async () => {
    const before = open();
    for (const text of ['a', 'b', 'c']) before.write(figlet, 'one', text);
    await before.close();
    before.write(figlet, 'one', 'after the end');
    await truncate(path(), (await stat(path())).size - 5);
    const after = open();
    expect(await textsOf(after)).toEqual(['a', 'b']);
    after.write(figlet, 'one', 'd');
    expect(await textsOf(after)).toEqual(['a', 'b', 'd']);
  });

  test('are selected by tail, since and instance together', async () => {
    const logs = open();
    for (let at = 0; at < 20; at++) logs.write(figlet, at % 2 ? 'odd' : 'even', `${at}`);
    const since = '2026-01-01T00:10:00Z';
    expect(await textsOf(logs, { tail: 3 })).toEqual(['17', '18', '19']);
    expect(await textsOf(logs, { since, instance: 'odd' })).toEqual(['11', '13', '15', '17', '19']);
    expect(await textsOf(logs, { since, instance: 'odd', tail: 2 })).toEqual(['17', '19']);
    expect(await textsOf(logs, { since, instance: 'odd', tail: 50 })).toHaveLength(5);
    expect(await textsOf(logs, { tail: 0 })).toHaveLength(20);
    expect(await textsOf(logs, { tail: -1 })).toHaveLength(20);
    expect(await textsOf(logs, { instance: 'none' })).toEqual([]);
    expect(() => logs.read({ address: figlet, since: 'yesterday', signal: never })).toThrow('since: expected a time');
  });

  test('are read under the name of their function only', async () => {
    const logs = open();
    const names = ['a', 'A', 'a.ndjson', 'a.ndjson.1', 'a.1', '.', '..', '...', '-', 'x'.repeat(253), 'X'.repeat(253)];
    for (const name of names) logs.write({ ...figlet, name }, 'one', name);
    for (const name of names) expect(await textsOf(logs, {}, { ...figlet, name })).toEqual([name]);
    expect(await textsOf(logs, {}, { name: 'a', namespace: 'other' })).toEqual([]);
    logs.write({ name: 'b.c', namespace: 'd' }, 'one', 'secret');
    expect(await textsOf(logs, {}, { name: 'b', namespace: 'c.d' })).toEqual([]);
    expect(await readdir(parent)).toEqual(['logs']);
  });

  test('end when the signal aborts', async () => {
    const logs = open();
    for (const text of ['a', 'b', 'c']) logs.write(figlet, 'one', text);
    for (const tail of [0, 2]) {
      const stop = new AbortController();
      const texts: string[] = [];
      for await (const { text } of logs.read({ address: figlet, tail, follow: true, signal: stop.signal })) {
        texts.push(text);
        stop.abort();
      }
      expect(texts).toHaveLength(1);
    }
    expect(await textsOf(logs, { follow: true, signal: AbortSignal.abort() })).toEqual([]);
  });
});

test.runIf(process.platform === 'linux')('a reader that stops in the middle leaves no file open', async () => {
  const logs = open(256 * 1024);
  for (let at = 0; at < 20; at++) {
    logs.write(figlet, 'one', 'x'.repeat(10_000));
    await linesOf(logs);
  }
  const openFiles = async () => {
    const numbers = await readdir('/proc/self/fd');
    const targets = await Promise.all(numbers.map((each) => readlink(`/proc/self/fd/${each}`).catch(() => '')));
    return targets.filter((each) => each.startsWith(folder)).length;
  };
  const reading = logs.read({ address: figlet, signal: never });
  await reading.next();
  expect(await openFiles()).toBe(2);
  await reading.return(undefined);
  expect(await openFiles()).toBe(0);
});

describe('on disk', () => {
  test('a function that writes 10 MB keeps the newest lines, in at most maxBytes', async () => {
    const maxBytes = 300 * 1024;
    const logs = open(maxBytes);
    const text = 'x'.repeat(1_000);
    for (let at = 0; at < 10_000; at++) {
      logs.write(figlet, 'one', `${at} ${text}`);
      if (at % 100 < 99) continue;
      expect(await textsOf(logs, { tail: 1 })).toEqual([`${at} ${text}`]);
      expect(await bytesOf(await allFiles())).toBeLessThanOrEqual(maxBytes);
    }
    const kept = (await textsOf(logs)).map((each) => Number.parseInt(each));
    expect(kept.length * text.length).toBeGreaterThan(maxBytes / 3);
    expect(kept).toEqual(Array.from({ length: kept.length }, (_, at) => 10_000 - kept.length + at));
  });

  test('a function that prints faster than the disk writes loses lines, and a line says how many', async () => {
    const maxBytes = 256 * 1024;
    const logs = open(maxBytes);
    const nul = '\0'.repeat(20_000);
    for (let at = 0; at < 1_000; at++) logs.write(figlet, 'one', nul);
    logs.write({ ...figlet, name: 'quiet' }, 'one', 'not affected');
    const lines = await linesOf(logs);
    const dropped = Number(/^… (\d+) lines dropped$/.exec(lines.at(-1)!.text)?.[1]);
    expect(dropped).toBeGreaterThan(900);
    expect(lines[0]!.text).toBe('\0'.repeat(16 * 1024 - 3) + '…');
    expect(await bytesOf(await allFiles())).toBeLessThanOrEqual(maxBytes);
    expect(await textsOf(logs, {}, { ...figlet, name: 'quiet' })).toEqual(['not affected']);
    logs.write(figlet, 'one', 'and on it goes');
    expect(await textsOf(logs, { tail: 1 })).toEqual(['and on it goes']);
  });

  test('a lowered limit holds from the next line on', async () => {
    const before = open();
    for (let at = 0; at < 400; at++) before.write(figlet, 'one', 'x'.repeat(1_000));
    await before.close();
    expect(await bytesOf(await allFiles())).toBeGreaterThan(400_000);
    const after = open(256 * 1024);
    after.write(figlet, 'one', 'hello');
    expect(await textsOf(after)).toEqual(['hello']);
    expect(() => new FunctionLogs({ folder, maxBytes: 1_000, log })).toThrow(
      'maxBytes: expected at least 262144, received 1000',
    );
  });

  test('200 functions write at the same time and each reads its own lines', async () => {
    const logs = open();
    const addresses = Array.from({ length: 200 }, (_, at) => ({ name: `f${at}`, namespace: `n${at % 3}` }));
    for (let round = 0; round < 20; round++) {
      for (const address of addresses) logs.write(address, `${address.name}-1`, `${address.name} ${round}`);
      await turn();
    }
    await logs.close();
    const again = open();
    for (const address of addresses) {
      const expected = Array.from({ length: 20 }, (_, round) => `${address.name} ${round}`);
      expect(await textsOf(again, {}, address)).toEqual(expected);
    }
  });

  test('a disk that cannot be written loses lines without an exception, and is logged once', async () => {
    await writeFile(folder, 'a file where a folder should be');
    const logs = open();
    for (const text of ['a', 'b']) logs.write(figlet, 'one', text);
    await eventually(() => warnings.length > 0);
    logs.write(figlet, 'one', 'c');
    await expect(textsOf(logs)).rejects.toThrow('ENOTDIR');
    expect(warnings).toEqual([
      [
        { function: 'figlet.openfaas-fn', reason: expect.stringContaining('ENOTDIR') as string },
        'Cannot write log lines',
      ],
    ]);
    await rm(folder);
    expect(await textsOf(logs)).toEqual(['… 3 lines dropped']);
    logs.write(figlet, 'one', 'd');
    expect(await textsOf(logs)).toEqual(['… 3 lines dropped', 'd']);
  });

  test('damaged lines are skipped', async () => {
    await mkdir(join(folder, 'openfaas-fn'), { recursive: true });
    await writeFile(path(), '{"text":"half\n\0\0\0\nnull\n1\n{}\n');
    await appendFile(
      path(),
      `${JSON.stringify({ ...figlet, instance: 'a', timestamp: '2026-01-01T00:00:00Z', text: 'ok' })}\n`,
    );
    await chmod(path(), 0o600);
    expect(await textsOf(open())).toEqual(['ok']);
  });
});

describe('a follower', () => {
  test('receives stored and new lines, each once', async () => {
    const logs = open();
    const followers: ReturnType<typeof following>[] = [];
    for (let at = 0; at < 500; at++) {
      logs.write(figlet, 'one', `${at}`);
      if (at % 50 === 25) followers.push(following(logs));
      if (at % 7 === 0) await turn();
    }
    const all = Array.from({ length: 500 }, (_, at) => `${at}`);
    await eventually(() => followers.every(({ texts }) => texts.length >= 500));
    for (const { texts, stop, ended } of followers) {
      stop();
      await ended;
      expect(texts).toEqual(all);
    }
  });

  test('receives the last stored lines and the new ones of its instance only', async () => {
    const logs = open();
    for (let at = 0; at < 10; at++) logs.write(figlet, at % 2 ? 'odd' : 'even', `${at}`);
    const { texts } = following(logs, { tail: 2, instance: 'odd' });
    await eventually(() => texts.length === 2);
    for (let at = 10; at < 14; at++) logs.write(figlet, at % 2 ? 'odd' : 'even', `${at}`);
    await eventually(() => texts.length === 4);
    expect(texts).toEqual(['7', '9', '11', '13']);
  });

  test('that is too slow misses lines, and a line says how many', async () => {
    const logs = open();
    const stop = new AbortController();
    const reading = logs.read({ address: figlet, follow: true, signal: stop.signal });
    logs.write(figlet, 'one', 'first');
    expect((await reading.next()).value).toMatchObject({ text: 'first' });
    // It has read the stored line, and reads on only after these lines were written.
    const next = reading.next();
    logs.write(figlet, 'one', 'second');
    expect((await next).value).toMatchObject({ text: 'second' });
    for (let at = 0; at < 2_000; at++) logs.write(figlet, 'one', `${at} ${'x'.repeat(1_000)}`);
    logs.write(figlet, 'two', 'also too late');
    const got: string[] = [];
    for await (const { text, instance } of reading) {
      got.push(`${instance}: ${text.slice(0, 20)}`);
      if (instance === 'two') break;
    }
    const dropped = Number(/^one: … (\d+) lines dropped$/.exec(got.at(-2)!)?.[1]);
    expect(got.length - 2 + dropped).toBe(2_000);
    expect(got.length).toBeLessThan(300);
    expect(got.at(-1)).toBe('two: … 1 line dropped');
  });

  test('receives all lines of a removed function and then ends', async () => {
    const logs = open();
    logs.write(figlet, 'one', 'a');
    const { texts, ended } = following(logs);
    await eventually(() => texts.length === 1);
    logs.write(figlet, 'one', 'b');
    await logs.remove(figlet);
    await ended;
    expect(texts).toEqual(['a', 'b']);
    expect(await textsOf(logs)).toEqual([]);
    expect(await filesOf()).toEqual([]);
    logs.write(figlet, 'two', 'of the next function of this name');
    expect(await textsOf(logs)).toEqual(['of the next function of this name']);
    await logs.remove({ ...figlet, name: 'unknown' });
  });

  test('of a function without lines waits for the first one', async () => {
    const logs = open();
    const { texts, ended, stop } = following(logs);
    await turn();
    logs.write(figlet, 'one', 'a');
    await eventually(() => texts.length === 1);
    stop();
    await ended;
  });

  test('ends when the logs are closed, and no follower starts afterwards', async () => {
    const logs = open();
    logs.write(figlet, 'one', 'a');
    const { texts, ended } = following(logs);
    await eventually(() => texts.length === 1);
    await logs.close();
    await logs.close();
    await ended;
    expect(await textsOf(logs, { follow: true })).toEqual(['a']);
  });
});
