import { readdir, readFile } from 'node:fs/promises';

/** What Linux reports about a process in `/proc` (proc(5)). */
export interface ProcessEntry {
  readonly pid: number;
  readonly parent: number;
  /** Processor time of the process and of the children it has waited for, in ticks. */
  readonly ticks: number;
}

/** Linux reports all times in this unit, whatever unit the kernel counts in. */
export const ticksPerSecond = 100;

const readText = (path: string): Promise<string> => readFile(path, 'latin1').catch(() => '');

async function pids(): Promise<readonly number[]> {
  const names = await readdir('/proc').catch(() => []);
  return names.filter((name) => /^\d+$/.test(name)).map(Number);
}

async function readEntry(pid: number): Promise<ProcessEntry[]> {
  const stat = await readText(`/proc/${pid}/stat`);
  // The command's name is in brackets, and may itself contain brackets and spaces.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state, parent] = fields;
  if (state === undefined || state === '' || state === 'Z') return [];
  const ticks = fields.slice(11, 15).reduce((sum, each) => sum + Number(each), 0);
  return [{ pid, parent: Number(parent), ticks }];
}

/** All running processes; an empty list on a system without `/proc`. */
export async function readProcesses(): Promise<readonly ProcessEntry[]> {
  return (await Promise.all((await pids()).map(readEntry))).flat();
}

/** A process and its descendants. Descendants of a process that has ended are missing. */
export function treeOf(root: number, processes: readonly ProcessEntry[]): readonly ProcessEntry[] {
  const found = processes.filter(({ pid }) => pid === root);
  // The list grows during the loop.
  for (const { pid } of found) found.push(...processes.filter(({ parent }) => parent === pid));
  return found;
}

/** Resident memory, in bytes. */
export async function memoryOf(pid: number): Promise<number> {
  const [, kib] = /^VmRSS:\s+(\d+) kB$/m.exec(await readText(`/proc/${pid}/status`)) ?? [];
  return Number(kib ?? 0) * 1024;
}

/** The processes whose initial environment contains this text. */
export async function findMarked(text: string): Promise<readonly number[]> {
  const marked = (await pids()).map(async (pid) =>
    (await readText(`/proc/${pid}/environ`)).includes(text) ? [pid] : [],
  );
  return (await Promise.all(marked)).flat();
}

/** Sends a signal to a process that may have ended. */
export function signalProcess(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // The process has ended, or it belongs to another user.
  }
}
