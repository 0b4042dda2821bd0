import { readFile, stat } from 'node:fs/promises';

import { InvalidConfigurationError } from '../config/read-config.js';
import { BasicAuth } from './basic-auth.js';
import type { BasicAuthConfig } from './basic-auth-config.js';
import { readOrCreatePassword, type KeptPassword } from './generated-password.js';

export interface OpenBasicAuth {
  /** Prints for the person who started the process: the log must not contain a password. */
  readonly print: (text: string) => void;
}

/**
 * Makes the user of the configuration; undefined when `BASIC_AUTH` is off.
 * @throws InvalidConfigurationError when the password cannot be read or is empty
 */
export async function openBasicAuth(
  config: BasicAuthConfig,
  { print }: OpenBasicAuth = { print: (text) => void process.stdout.write(`${text}\n`) },
): Promise<BasicAuth | undefined> {
  if (!config.BASIC_AUTH) return undefined;
  return new BasicAuth(config.BASIC_AUTH_USER, await passwordOf(config, print));
}

async function passwordOf(config: BasicAuthConfig, print: (text: string) => void): Promise<string> {
  const { BASIC_AUTH_USER: user, BASIC_AUTH_PASSWORD: given, BASIC_AUTH_PASSWORD_FILE: file, DATA_DIR } = config;
  if (given !== undefined) return given;
  if (file !== undefined) {
    const content = await orInvalidConfiguration('BASIC_AUTH_PASSWORD_FILE', () => readFile(file, 'utf8'));
    return checkPassword('BASIC_AUTH_PASSWORD_FILE', { path: file, password: content, isNew: false }, print);
  }
  const kept = await orInvalidConfiguration('DATA_DIR', () => readOrCreatePassword(DATA_DIR));
  if (kept.isNew) {
    print(
      `Made a password for /system/* and /ui/: user "${user}", password "${kept.password}". It is kept in ${kept.path}.`,
    );
  }
  return checkPassword('DATA_DIR', kept, print);
}

async function checkPassword(
  variable: string,
  { path, password: content }: KeptPassword,
  print: (text: string) => void,
) {
  const password = content.replace(/\r?\n$/, '');
  if (password === '') {
    throw new InvalidConfigurationError([`${variable}: ${path} is empty. Write a password into it, or remove it`]);
  }
  const { mode } = await stat(path);
  if ((mode & 0o044) !== 0) print(`Others can read the password in ${path}: chmod 600 ${path}`);
  return password;
}

async function orInvalidConfiguration<T>(variable: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new InvalidConfigurationError([`${variable}: the password cannot be kept or read: ${reason}`]);
  }
}
