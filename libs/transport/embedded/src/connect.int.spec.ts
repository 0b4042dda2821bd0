import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import { TransportClosedError, TransportUnavailableError } from '@later/transport-contract';
import { aMessage } from '@later/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { connectEmbedded } from './index.js';
import { openDatabase } from './thread/open-database.js';

let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'later-embedded-'));
});

afterEach(() => rm(root, { recursive: true, force: true }));

async function rejectionOf(dataDir: string): Promise<Error> {
  const error: unknown = await connectEmbedded({ dataDir }).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(TransportUnavailableError);
  expect((error as Error).message).toContain(`DATA_DIR (${dataDir})`);
  return error as Error;
}

describe('connecting', () => {
  test('creates a directory that only its owner may read', async () => {
    const dataDir = join(root, 'not', 'there', 'yet');
    const backend = await connectEmbedded({ dataDir });
    expect((await stat(dataDir)).mode & 0o777).toBe(0o700);
    expect(backend.durability).toBe('power');
    await backend.close();
  });

  test('opens the database in the mode that survives power cuts', async () => {
    const database = await openDatabase({ path: join(root, 'later.db'), timeoutMs: 1_000 });
    expect(database.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' });
    expect(database.prepare('PRAGMA synchronous').get(), 'FULL').toEqual({ synchronous: 2 });
    database.close();
  });

  test('names DATA_DIR when it cannot be created', async () => {
    await writeFile(join(root, 'a-file'), '');
    await rejectionOf(join(root, 'a-file', 'below'));
  });

  test('names DATA_DIR when its file is not a database', async () => {
    await writeFile(join(root, 'later.db'), 'not a database, and long enough to be read '.repeat(100));
    expect((await rejectionOf(root)).message).toContain('file is not a database');
  });

  test('refuses the database of a newer version', async () => {
    const database = new DatabaseSync(join(root, 'later.db'));
    database.exec('PRAGMA user_version = 99');
    database.close();
    expect((await rejectionOf(root)).message).toContain('newer version');
  });

  test('opens one new directory several times at once', async () => {
    const backends = await Promise.all(Array.from({ length: 5 }, () => connectEmbedded({ dataDir: root })));
    await Promise.all(backends.map(({ transport }) => transport.publish('calls', aMessage())));
    expect((await backends[0]!.transport.depth('calls')).waiting).toBe(5);
    await Promise.all(backends.map((backend) => backend.close()));
  });
});

describe('closing', () => {
  test('finishes earlier requests and rejects later ones', async () => {
    const backend = await connectEmbedded({ dataDir: root });
    const { transport } = backend;
    const before = transport.publish('calls', aMessage());
    await Promise.all([backend.close(), backend.close()]);
    await before;
    await expect(transport.publish('calls', aMessage())).rejects.toBeInstanceOf(TransportClosedError);
    await backend.close();
  });
});
