import type { InstanceUsage } from '@later/runtime-contract';
import { memoryOf, readProcesses, ticksPerSecond } from './sandbox/proc.js';
import type { Launched } from './sandbox/sandbox.js';

/** Measures what processes take of the machine; nothing on a system without `/proc`. */
export class UsageMeter {
  #ticks = new Map<Launched, number>();
  #askedAt = performance.now();

  async measure(running: readonly Launched[]): Promise<InstanceUsage> {
    const processes = new Map((await readProcesses()).map((each) => [each.pid, each]));
    const ticks = new Map<Launched, number>();
    let memoryBytes = 0;
    for (const launched of running) {
      const pids = await launched.processes();
      ticks.set(
        launched,
        pids.reduce((sum, pid) => sum + (processes.get(pid)?.ticks ?? 0), 0),
      );
      for (const pid of pids) memoryBytes += await memoryOf(pid);
    }
    // A child that nobody waited for takes its time with it.
    const used = [...ticks].reduce((sum, [each, now]) => sum + Math.max(0, now - (this.#ticks.get(each) ?? 0)), 0);
    const seconds = (performance.now() - this.#askedAt) / 1_000;
    this.#ticks = ticks;
    this.#askedAt = performance.now();
    return { cpuMilli: Math.round((used / ticksPerSecond / Math.max(seconds, 1e-3)) * 1_000), memoryBytes };
  }
}
