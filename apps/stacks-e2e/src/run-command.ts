import { spawn } from 'node:child_process';
import { join } from 'node:path';

export const root = join(import.meta.dirname, '..', '..', '..');

/**
 * Runs a command of `tools/stacks` as `npm run` does. @returns all that it printed
 * @throws with the end of its output when it fails
 */
export function runCommand(script: string, args: readonly string[], environment: NodeJS.ProcessEnv): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(root, 'tools', 'stacks', script), ...args], {
      cwd: root,
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += String(chunk)));
    child.on('close', (code) => {
      if (code === 0) resolve(output);
      else reject(new Error(`${script} ended with ${code}: ${output.trim().split('\n').slice(-12).join('\n')}`));
    });
  });
}
