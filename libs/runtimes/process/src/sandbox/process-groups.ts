import { killMarked, newMark } from './mark.js';
import { findMarked, readProcesses, signalProcess, treeOf } from './proc.js';
import type { Launch, Launched } from './sandbox.js';
import { spawnProcess, type Spawned } from './spawn-process.js';

/**
 * Runs each process in a group of its own. What left the group is found by the mark in its environment; what has left the
 * group and its environment, or leaves a group on a system without `/proc`, is not.
 */
export function launchInGroup(shared: string): Launch {
  return async (command) => {
    const { mark, env } = newMark(shared);
    return keepHold(await spawnProcess({ ...command, env: { ...command.env, ...env } }), mark);
  };
}

function keepHold({ pid, child, exited }: Spawned, mark: string): Launched {
  const killAll = async (): Promise<void> => {
    signalProcess(-pid, 'SIGKILL');
    await killMarked(mark);
  };
  const ended = exited.then(async (ending) => {
    await killAll();
    return ending;
  });
  return {
    stdin: child.stdin,
    stdout: child.stdout!,
    stderr: child.stderr!,
    ended,
    terminate: () => signalProcess(-pid, 'SIGTERM'),
    kill: async () => {
      if (child.exitCode === null && child.signalCode === null) signalProcess(-pid, 'SIGKILL');
      await ended;
    },
    processes: async () => {
      const tree = treeOf(pid, await readProcesses()).map((each) => each.pid);
      return [...new Set([...tree, ...(await findMarked(mark))])];
    },
  };
}
