import type { ContainerStats } from 'dockerode';

import type { InstanceUsage } from '@later/runtime-contract';

/** The processor time that a container had used at a moment. */
interface Reading {
  readonly cpuNs: number;
  readonly atMs: number;
}

/** Computes a container's usage between two readings of the engine's counters. */
export class ContainerUsageMeter {
  #last: Reading;

  constructor(startedAtMs: number) {
    this.#last = { cpuNs: 0, atMs: startedAtMs };
  }

  read({ cpu_stats: cpu, memory_stats: memory }: ContainerStats, atMs: number): InstanceUsage {
    const cpuNs = cpu.cpu_usage.total_usage;
    const passedNs = Math.max(1, (atMs - this.#last.atMs) * 1e6);
    const cpuMilli = Math.max(0, Math.round(((cpuNs - this.#last.cpuNs) / passedNs) * 1_000));
    this.#last = { cpuNs, atMs };
    // Cached files that the kernel frees on demand do not count, as in `docker stats`.
    const { total_inactive_file: v1, inactive_file: v2 } = (memory.stats ?? {}) as Record<string, number | undefined>;
    return { cpuMilli, memoryBytes: Math.max(0, (memory.usage ?? 0) - (v1 ?? v2 ?? 0)) };
  }
}
