import type { InstanceUsage } from '@later/runtime-contract';
import { memoryOf, readProcesses, ticksPerSecond } from './sandbox/proc.js';
import type { LaunchedProcess } from './sandbox/sandbox.js';

/** Measures the processor time and memory of processes; both are 0 on a system without `/proc`. */
export class ProcessUsageMeter {
  #ticks = new Map<LaunchedProcess, number>();
  #measuredAt = performance.now();

  async measure(running: readonly LaunchedProcess[]): Promise<InstanceUsage> {
    const processes = new Map((await readProcesses()).map((each) => [each.pid, each]));
    const ticks = new Map<LaunchedProcess, number>();
    let memoryBytes = 0;
    for (const launched of running) {
      const pids = await launched.processes();
      ticks.set(
        launched,
        pids.reduce((sum, pid) => sum + (processes.get(pid)?.ticks ?? 0), 0),
      );
      for (const pid of pids) memoryBytes += await memoryOf(pid);
    }
    // The sum can shrink: the time of a child that its parent did not wait for is lost when the child ends.
    const used = [...ticks].reduce((sum, [each, now]) => sum + Math.max(0, now - (this.#ticks.get(each) ?? 0)), 0);
    const seconds = (performance.now() - this.#measuredAt) / 1_000;
    this.#ticks = ticks;
    this.#measuredAt = performance.now();
    return { cpuMilli: Math.round((used / ticksPerSecond / Math.max(seconds, 1e-3)) * 1_000), memoryBytes };
  }
}
