import { execFile } from 'node:child_process';
import { access, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { findCommand } from '../find-command.js';
import { launchInGroup } from './process-groups.js';
import { sharedMarkOf } from './process-mark.js';
import { launchInNamespaces, namespaceFlags, type Tools } from './namespaces.js';
import type { Launch, Sandbox } from './sandbox.js';
import { rewriteSecrets } from './secrets-rewrite.js';
import { secretsMountScript } from './secrets-mount-script.js';

const toolNames = ['setpriv', 'unshare', 'sh', 'env', 'mount', 'mkdir', 'ln', 'true'] as const;
const run = promisify(execFile);
/** A trial that takes longer hangs. */
const trialMs = 5_000;

async function findTools(path: string): Promise<Tools | undefined> {
  const found = await Promise.all(toolNames.map(async (name) => [name, await findCommand(name, path)] as const));
  return found.every(([, file]) => file !== undefined) ? (Object.fromEntries(found) as unknown as Tools) : undefined;
}

/** Whether namespaces can be created with these flags, and whether /proc lists child processes, which a kill needs. */
async function canCreateNamespaces(tools: Tools, flags: readonly string[]): Promise<boolean> {
  try {
    await access(`/proc/${process.pid}/task/${process.pid}/children`);
    const args = ['--pdeathsig', 'KILL', tools.unshare, ...flags, tools.sh, '-c', '"$@"', 'sh', tools.true];
    await run(tools.setpriv, args, { timeout: trialMs, env: {} });
    return true;
  } catch {
    return false;
  }
}

/** Finds the best sandbox of this machine: namespaces as this user, namespaces with a user namespace, or process groups. */
export async function findSandbox(dataDir: string, path: string): Promise<Sandbox> {
  const tools = await findTools(path);
  for (const flags of [namespaceFlags.asRoot, namespaceFlags.asUser])
    if (tools && (await canCreateNamespaces(tools, flags))) return namespaces(tools, flags, dataDir);
  return processGroups(dataDir);
}

function namespaces(tools: Tools, flags: readonly string[], dataDir: string): Sandbox {
  const launchWith = (prelude: string): Launch => launchInNamespaces(tools, flags, sharedMarkOf(dataDir), prelude);
  return {
    name: 'namespaces',
    prepare: async (secrets) => {
      if (secrets.size === 0) return launchWith('');
      const stage = join(dataDir, 'process', 'stage');
      await mkdir(stage, { recursive: true });
      const prelude = await secretsMountScript(tools, secrets, stage);
      if (prelude === undefined) return withRewrittenSecrets(launchWith(''), secrets);
      await tryMount(tools, flags, prelude);
      return launchWith(prelude);
    },
  };
}

async function tryMount(tools: Tools, flags: readonly string[], prelude: string): Promise<void> {
  try {
    await run(tools.unshare, [...flags, tools.sh, '-c', prelude], { timeout: trialMs, env: {} });
  } catch (cause) {
    const reason = cause instanceof Error && 'stderr' in cause ? String(cause.stderr).trim() : String(cause);
    throw new Error(`The secrets cannot be mounted for the function: ${reason}`, { cause });
  }
}

/** The sandbox that works on every system. */
export function processGroups(dataDir: string): Sandbox {
  const launch = launchInGroup(sharedMarkOf(dataDir));
  return {
    name: 'process groups',
    prepare: async (secrets) => (secrets.size === 0 ? launch : withRewrittenSecrets(launch, secrets)),
  };
}

const withRewrittenSecrets =
  (launch: Launch, secrets: ReadonlyMap<string, string>): Launch =>
  (command) =>
    launch(rewriteSecrets(command, secrets));
