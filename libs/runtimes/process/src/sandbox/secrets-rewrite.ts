import type { Command } from './sandbox.js';
import { secretsPath } from './secrets-mount.js';

const secretFile = new RegExp(`${secretsPath}/([-a-zA-Z0-9_.]+)`, 'g');

/**
 * Where files cannot be made to appear under `/var/openfaas/secrets`, a command's arguments and its environment name them
 * where they are: `cat /var/openfaas/secrets/key` becomes `cat /…/key`. A function that has the path in its own code does
 * not find them there, and a function may write to them.
 */
export function rewriteSecrets(command: Command, secrets: ReadonlyMap<string, string>): Command {
  const rewrite = (text: string): string => text.replace(secretFile, (path, name: string) => secrets.get(name) ?? path);
  const env = Object.entries(command.env).map(([name, value]) => [name, rewrite(value)] as const);
  return { ...command, argv: command.argv.map(rewrite), env: Object.fromEntries(env) };
}
