import { execFile } from 'node:child_process';
import { access, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { findCommand } from '../find-command.js';
import { launchInGroup } from './process-groups.js';
import { markOf } from './mark.js';
import { launchInNamespaces, namespaceFlags, type Tools } from './namespaces.js';
import type { Launch, Sandbox } from './sandbox.js';
import { rewriteSecrets } from './secrets-rewrite.js';
import { secretsMount } from './secrets-mount.js';

const names = ['setpriv', 'unshare', 'sh', 'env', 'mount', 'mkdir', 'ln', 'true'] as const;
const run = promisify(execFile);
/** What takes longer hangs. */
const tryMs = 5_000;

async function findTools(path: string): Promise<Tools | undefined> {
  const found = await Promise.all(names.map(async (name) => [name, await findCommand(name, path)] as const));
  return found.every(([, file]) => file !== undefined) ? (Object.fromEntries(found) as unknown as Tools) : undefined;
}

/** Whether namespaces can be made so; what would keep hold of them is tried as well. */
async function works(tools: Tools, flags: readonly string[]): Promise<boolean> {
  try {
    await access(`/proc/${process.pid}/task/${process.pid}/children`);
    const args = ['--pdeathsig', 'KILL', tools.unshare, ...flags, tools.sh, '-c', '"$@"', 'sh', tools.true];
    await run(tools.setpriv, args, { timeout: tryMs, env: {} });
    return true;
  } catch {
    return false;
  }
}

/** The best that this machine allows: namespaces as the user it runs as, or as a user of their own, or process groups. */
export async function findSandbox(dataDir: string, path: string): Promise<Sandbox> {
  const tools = await findTools(path);
  for (const flags of [namespaceFlags.asRoot, namespaceFlags.asUser])
    if (tools && (await works(tools, flags))) return namespaces(tools, flags, dataDir);
  return processGroups(dataDir);
}

function namespaces(tools: Tools, flags: readonly string[], dataDir: string): Sandbox {
  const launchAfter = (prelude: string): Launch => launchInNamespaces(tools, flags, markOf(dataDir), prelude);
  return {
    name: 'namespaces',
    prepare: async (secrets) => {
      if (secrets.size === 0) return launchAfter('');
      const stage = join(dataDir, 'process', 'stage');
      await mkdir(stage, { recursive: true });
      const prelude = await secretsMount(tools, secrets, stage);
      if (prelude === undefined) return rewriting(launchAfter(''), secrets);
      await tryMount(tools, flags, prelude);
      return launchAfter(prelude);
    },
  };
}

async function tryMount(tools: Tools, flags: readonly string[], prelude: string): Promise<void> {
  try {
    await run(tools.unshare, [...flags, tools.sh, '-c', prelude], { timeout: tryMs, env: {} });
  } catch (cause) {
    const said = cause instanceof Error && 'stderr' in cause ? String(cause.stderr).trim() : String(cause);
    throw new Error(`Its secrets cannot be shown to it: ${said}`, { cause });
  }
}

/** What every system can do. */
export function processGroups(dataDir: string): Sandbox {
  const launch = launchInGroup(markOf(dataDir));
  return {
    name: 'process groups',
    prepare: async (secrets) => (secrets.size === 0 ? launch : rewriting(launch, secrets)),
  };
}

const rewriting =
  (launch: Launch, secrets: ReadonlyMap<string, string>): Launch =>
  (command) =>
    launch(rewriteSecrets(command, secrets));
