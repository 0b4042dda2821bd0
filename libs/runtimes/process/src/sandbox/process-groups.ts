import { findMarked, readProcesses, signalProcess, treeOf } from './proc.js';
import { killMarked, newMark } from './process-mark.js';
import type { Launch, LaunchedProcess } from './sandbox.js';
import { spawnProcess, type SpawnedProcess } from './spawn-process.js';

/**
 * Runs each process in a process group of its own. Descendants that left the group are found by the mark in their
 * environment. Descendants that also cleared their environment are not found, and on a system without `/proc` none that
 * left the group is found.
 */
export function launchInGroup(sharedMark: string): Launch {
  return async (command) => {
    const { mark, env } = newMark(sharedMark);
    return launchedInGroup(await spawnProcess({ ...command, env: { ...command.env, ...env } }), mark);
  };
}

function launchedInGroup({ pid, child, exited }: SpawnedProcess, mark: string): LaunchedProcess {
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
