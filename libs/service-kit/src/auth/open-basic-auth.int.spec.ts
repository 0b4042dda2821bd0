import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { readConfig } from '../config/read-config.js';
import { basicAuthConfig } from './basic-auth-config.js';
import { basicAuthorization, type BasicAuth } from './basic-auth.js';
import { openBasicAuth } from './open-basic-auth.js';

let folder: string;
let printed: string[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'later-auth-'));
  printed = [];
});
afterEach(() => rm(folder, { recursive: true }));

const print = (text: string): void => void printed.push(text);

async function open(env: Record<string, string> = {}): Promise<BasicAuth | undefined> {
  const { auth } = readConfig({ auth: basicAuthConfig }, { DATA_DIR: join(folder, 'data'), ...env });
  return openBasicAuth(auth, { print });
}

const kept = (): string => join(folder, 'data', 'basic-auth-password');
const isAuthorized = (auth: BasicAuth | undefined, password: string, user = 'admin'): boolean | undefined =>
  auth?.isAuthorized(basicAuthorization(user, password));

describe('a generated password', () => {
  test('is generated once, readable only by its owner, and printed once', async () => {
    const auth = await open();
    const password = (await readFile(kept(), 'utf8')).trimEnd();
    expect(password).toMatch(/^[\w-]{32}$/);
    expect(isAuthorized(auth, password)).toBe(true);
    expect(printed).toHaveLength(1);
    expect(printed[0]).toContain(`"${password}"`);
    expect((await stat(kept())).mode & 0o777).toBe(0o600);
    expect((await stat(join(folder, 'data'))).mode & 0o777).toBe(0o700);
    expect(isAuthorized(await open(), password)).toBe(true);
    expect(printed).toHaveLength(1);
  });

  test('is the same for all processes that start together, which leave no other file', async () => {
    const all = await Promise.all(Array.from({ length: 20 }, () => open()));
    const password = (await readFile(kept(), 'utf8')).trimEnd();
    expect(all.map((auth) => isAuthorized(auth, password))).toEqual(all.map(() => true));
    expect(printed).toHaveLength(1);
    expect(await readdir(join(folder, 'data'))).toEqual(['basic-auth-password']);
  });

  test('is a configuration error when its file is empty, and a warning when others can read it', async () => {
    await open();
    await chmod(kept(), 0o644);
    await open();
    expect(printed.at(-1)).toContain(`chmod 600 ${kept()}`);
    await writeFile(kept(), '\n');
    await expect(open()).rejects.toThrow('is empty');
  });
});

test('a configured password is used, and no file is written', async () => {
  expect(isAuthorized(await open({ BASIC_AUTH_PASSWORD: 'given', BASIC_AUTH_USER: 'me' }), 'given', 'me')).toBe(true);
  const file = join(folder, 'secret');
  await writeFile(file, 'from file\r\n', { mode: 0o600 });
  expect(isAuthorized(await open({ BASIC_AUTH_PASSWORD_FILE: file }), 'from file')).toBe(true);
  expect(printed).toEqual([]);
  expect(await readdir(folder)).toEqual(['secret']);
});

test('BASIC_AUTH=false makes no user and no file', async () => {
  expect(await open({ BASIC_AUTH: 'false' })).toBeUndefined();
  expect(await readdir(folder)).toEqual([]);
});

test('every error names its variable', async () => {
  const both = { BASIC_AUTH_PASSWORD: 'a', BASIC_AUTH_PASSWORD_FILE: 'b' };
  await expect(open(both)).rejects.toThrow('BASIC_AUTH_PASSWORD_FILE: set this or BASIC_AUTH_PASSWORD, not both');
  await expect(open({ BASIC_AUTH: 'yes' })).rejects.toThrow('BASIC_AUTH: ');
  await expect(open({ BASIC_AUTH_USER: 'a:b' })).rejects.toThrow('BASIC_AUTH_USER: ');
  await expect(open({ BASIC_AUTH_PASSWORD_FILE: '/nowhere' })).rejects.toThrow('BASIC_AUTH_PASSWORD_FILE: ');
  await writeFile(join(folder, 'file'), '');
  await expect(open({ DATA_DIR: join(folder, 'file') })).rejects.toThrow('DATA_DIR: ');
});
