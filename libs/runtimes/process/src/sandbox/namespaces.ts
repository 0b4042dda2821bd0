import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

import { readProcesses, signalProcess, treeOf } from './proc.js';
import { newMark } from './process-mark.js';
import type { Command, Launch, LaunchedProcess } from './sandbox.js';
import { spawnProcess, type SpawnedProcess } from './spawn-process.js';

/** The absolute paths of the programs that a sandbox needs. */
export interface Tools {
  readonly setpriv: string;
  readonly unshare: string;
  readonly sh: string;
  readonly env: string;
  readonly mount: string;
  readonly mkdir: string;
  readonly ln: string;
  readonly true: string;
}

/** Flags of unshare(1): for a user that may create namespaces, and for one that needs a user namespace to do so. */
export const namespaceFlags = {
  asRoot: ['--mount', '--propagation', 'private', '--pid', '--fork', '--kill-child', '--mount-proc'],
  asUser: [
    '--user',
    '--map-root-user',
    '--mount',
    '--propagation',
    'private',
    '--pid',
    '--fork',
    '--kill-child',
    '--mount-proc',
  ],
} as const;

/**
 * Runs each process in a PID namespace of its own, which no descendant can leave: when the namespace's first process
 * ends, the kernel kills all others.
 *
 * `setpriv` makes the kernel kill `unshare` when the provider dies, and `--kill-child` then kills the first process. The
 * first process is a shell that waits for the function. If the function were the first process, the kernel would not
 * deliver signals that it has no handler for, and it would have to reap orphans. The function sees only its own processes
 * under `/proc`.
 *
 * @param prelude shell commands that run before the function
 */
export function launchInNamespaces(
  tools: Tools,
  flags: readonly string[],
  sharedMark: string,
  prelude: string,
): Launch {
  // A shell reports a killed child on standard error, which belongs to the function, so the shell's own is /dev/null. The
  // subshell is needed because dash reports the child on the function's standard error without it.
  const script = `${prelude}exec 3>&2 2>/dev/null; ("$@") 2>&3 3>&-; exit $?`;
  const wrapping = [tools.setpriv, '--pdeathsig', 'KILL', tools.unshare, ...flags, tools.sh, '-c', script, 'sh'];
  return async (command) => {
    const { env } = newMark(sharedMark);
    const { argv, passed } = passUnusualVariables(tools, command);
    return launchedInNamespace(
      await spawnProcess({ ...command, argv: [...wrapping, ...argv], env: { ...passed, ...env } }),
    );
  };
}

/** A shell drops variables whose names are not valid in shell, such as `spring.profiles`; `env` sets them after the shell. */
function passUnusualVariables(tools: Tools, { argv, env }: Command) {
  const unusual = Object.entries(env).filter(([name]) => !/^[A-Za-z_][A-Za-z0-9_]*$/.test(name));
  if (unusual.length === 0) return { argv, passed: env };
  const passed = Object.fromEntries(
    Object.entries(env).filter((entry) => !unusual.some(([name]) => name === entry[0])),
  );
  return { argv: [tools.env, ...unusual.map(([name, value]) => `${name}=${value}`), ...argv], passed };
}

function launchedInNamespace({ pid, child, exited }: SpawnedProcess): LaunchedProcess {
  let hasExited = false;
  void exited.then(() => (hasExited = true));
  return {
    stdin: child.stdin,
    stdout: child.stdout!,
    stderr: child.stderr!,
    // unshare exits after the namespace's first process, which exits after all others.
    ended: exited,
    terminate: () => signalProcess(-pid, 'SIGTERM'),
    kill: async () => {
      await killNamespace(pid, () => hasExited);
      await exited;
    },
    processes: async () => treeOf(pid, await readProcesses()).map((each) => each.pid),
  };
}

/**
 * Kills the namespace's first process instead of unshare, because unshare then exits when all processes have ended. Tries
 * repeatedly, because the first process does not exist yet right after the start.
 */
async function killNamespace(unshare: number, hasExited: () => boolean): Promise<void> {
  while (!hasExited()) {
    const children = await readFile(`/proc/${unshare}/task/${unshare}/children`, 'latin1').catch(() => '');
    for (const child of children.split(' ').filter(Boolean)) signalProcess(Number(child), 'SIGKILL');
    await delay(1);
  }
}
