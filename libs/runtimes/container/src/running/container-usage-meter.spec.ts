import type { ContainerStats } from 'dockerode';
import { expect, test } from 'vitest';

import { ContainerUsageMeter } from './container-usage-meter.js';

const stats = (cpuNs: number, usage: number, files: Record<string, number> = {}) =>
  ({
    cpu_stats: { cpu_usage: { total_usage: cpuNs } },
    memory_stats: { usage, stats: files },
  }) as unknown as ContainerStats;

test('processor usage is measured from one reading to the next', () => {
  const meter = new ContainerUsageMeter(1_000);
  expect(meter.read(stats(500e6, 1), 2_000).cpuMilli).toBe(500);
  expect(meter.read(stats(2_500e6, 1), 3_000).cpuMilli).toBe(2_000);
  expect(meter.read(stats(2_500e6, 1), 4_000).cpuMilli).toBe(0);
});

test('cached files that the kernel can free do not count as memory', () => {
  const meter = new ContainerUsageMeter(0);
  expect(meter.read(stats(0, 100, { inactive_file: 40 }), 1).memoryBytes).toBe(60);
  expect(meter.read(stats(0, 100, { total_inactive_file: 30, inactive_file: 10 }), 2).memoryBytes).toBe(70);
  expect(meter.read(stats(0, 100), 3).memoryBytes).toBe(100);
});
