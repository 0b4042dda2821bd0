import { readFile, stat } from 'node:fs/promises';

import { InvalidConfigurationError } from '../config/read-config.js';
import { BasicAuth } from './basic-auth.js';
import type { BasicAuthConfig } from './basic-auth-config.js';
import { keptPassword, type KeptPassword } from './generated-password.js';

export interface OpenBasicAuth {
  /** Tells who started the process; a password must not come into the log. */
  readonly say: (text: string) => void;
}

/**
 * The user that the configuration asks for; undefined when it asks for none.
 * @throws InvalidConfigurationError for a password that cannot be read, or is none
 */
export async function openBasicAuth(
  config: BasicAuthConfig,
  { say }: OpenBasicAuth = { say: (text) => void process.stdout.write(`${text}\n`) },
): Promise<BasicAuth | undefined> {
  if (!config.BASIC_AUTH) return undefined;
  return new BasicAuth(config.BASIC_AUTH_USER, await passwordOf(config, say));
}

async function passwordOf(config: BasicAuthConfig, say: (text: string) => void): Promise<string> {
  const { BASIC_AUTH_USER: user, BASIC_AUTH_PASSWORD: given, BASIC_AUTH_PASSWORD_FILE: file, DATA_DIR } = config;
  if (given !== undefined) return given;
  if (file !== undefined) {
    const content = await orMisconfigured('BASIC_AUTH_PASSWORD_FILE', () => readFile(file, 'utf8'));
    return checked('BASIC_AUTH_PASSWORD_FILE', { path: file, password: content, made: false }, say);
  }
  const kept = await orMisconfigured('DATA_DIR', () => keptPassword(DATA_DIR));
  if (kept.made) {
    say(
      `Made a password for /system/* and /ui/: user "${user}", password "${kept.password}". It is kept in ${kept.path}.`,
    );
  }
  return checked('DATA_DIR', kept, say);
}

async function checked(variable: string, { path, password: content }: KeptPassword, say: (text: string) => void) {
  const password = content.replace(/\r?\n$/, '');
  if (password === '') {
    throw new InvalidConfigurationError([`${variable}: ${path} is empty. Write a password into it, or remove it`]);
  }
  const { mode } = await stat(path);
  if ((mode & 0o044) !== 0) say(`Others can read the password in ${path}: chmod 600 ${path}`);
  return password;
}

async function orMisconfigured<T>(variable: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new InvalidConfigurationError([`${variable}: the password cannot be kept or read: ${why}`]);
  }
}
