import { readFileSync } from 'node:fs';

/** What a process holds in memory, in MiB; NaN where the system does not tell. */
export function residentMiB(pid: number): number {
  try {
    const [, kiB] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return Number(kiB) / 1_024;
  } catch {
    return Number.NaN;
  }
}
