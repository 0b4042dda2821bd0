import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

import { newMark } from './mark.js';
import { readProcesses, signalProcess, treeOf } from './proc.js';
import type { Command, Launch, Launched } from './sandbox.js';
import { spawnProcess } from './spawn-process.js';

/** Where this machine's programs are. */
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

/** Flags of unshare(1) for who may make namespaces, and for who may make them only as a user of his own. */
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
 * Runs each process in a PID namespace of its own, which nothing that it starts can leave: when the namespace's first
 * process ends, the system ends all others.
 *
 * `setpriv` makes the system end `unshare` when the provider dies, and `--kill-child` then ends the first process. That is
 * a shell that waits for the function: as the first itself, the function would not get the signals that it does not
 * handle, and would have to wait for orphans. It sees only its own processes under `/proc`.
 *
 * @param prelude shell commands before the function is started
 */
export function launchInNamespaces(tools: Tools, flags: readonly string[], shared: string, prelude: string): Launch {
  // A shell tells of a child that a signal ended, on the standard error that is the function's: that is sent nowhere. The
  // subshell is for dash, which tells of it all the same without one.
  const script = `${prelude}exec 3>&2 2>/dev/null; ("$@") 2>&3 3>&-; exit $?`;
  const wrapping = [tools.setpriv, '--pdeathsig', 'KILL', tools.unshare, ...flags, tools.sh, '-c', script, 'sh'];
  return async (command) => {
    const { env } = newMark(shared);
    const { argv, passed } = passOddVariables(tools, command);
    return keepHold(await spawnProcess({ ...command, argv: [...wrapping, ...argv], env: { ...passed, ...env } }));
  };
}

/** A shell forgets variables whose names it could not use itself, such as `spring.profiles`: `env` sets them behind it. */
function passOddVariables(tools: Tools, { argv, env }: Command) {
  const odd = Object.entries(env).filter(([name]) => !/^[A-Za-z_][A-Za-z0-9_]*$/.test(name));
  if (odd.length === 0) return { argv, passed: env };
  const passed = Object.fromEntries(Object.entries(env).filter((entry) => !odd.some(([name]) => name === entry[0])));
  return { argv: [tools.env, ...odd.map(([name, value]) => `${name}=${value}`), ...argv], passed };
}

function keepHold({ pid, child, exited }: Awaited<ReturnType<typeof spawnProcess>>): Launched {
  let over = false;
  void exited.then(() => (over = true));
  return {
    stdin: child.stdin,
    stdout: child.stdout!,
    stderr: child.stderr!,
    // unshare ends after the namespace's first process, which ends after all others.
    ended: exited,
    terminate: () => signalProcess(-pid, 'SIGTERM'),
    kill: async () => {
      await killNamespace(pid, () => over);
      await exited;
    },
    processes: async () => treeOf(pid, await readProcesses()).map((each) => each.pid),
  };
}

/**
 * Ends the namespace's first process rather than unshare, which then tells when all have ended. Just after the start
 * there is none yet.
 */
async function killNamespace(unshare: number, isOver: () => boolean): Promise<void> {
  while (!isOver()) {
    const children = await readFile(`/proc/${unshare}/task/${unshare}/children`, 'latin1').catch(() => '');
    for (const child of children.split(' ').filter(Boolean)) signalProcess(Number(child), 'SIGKILL');
    await delay(1);
  }
}
