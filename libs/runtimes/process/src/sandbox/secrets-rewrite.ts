import type { Command } from './sandbox.js';
import { secretsDirectory } from './secrets-mount-script.js';

const secretFile = new RegExp(`${secretsDirectory}/([-a-zA-Z0-9_.]+)`, 'g');

/**
 * Replaces secret paths in a command's arguments and environment by the real paths, for machines where files cannot be
 * shown under `/var/openfaas/secrets`: `cat /var/openfaas/secrets/key` becomes `cat /…/key`. A function whose own code
 * contains the path does not find the files, and a function can overwrite them.
 */
export function rewriteSecrets(command: Command, secrets: ReadonlyMap<string, string>): Command {
  const rewrite = (text: string): string => text.replace(secretFile, (path, name: string) => secrets.get(name) ?? path);
  const env = Object.entries(command.env).map(([name, value]) => [name, rewrite(value)] as const);
  return { ...command, argv: command.argv.map(rewrite), env: Object.fromEntries(env) };
}
