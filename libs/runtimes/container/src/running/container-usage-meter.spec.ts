import type { ContainerStats } from 'dockerode';
import { expect, test } from 'vitest';

import { UsageMeter } from './container-usage-meter.js';

const stats = (cpuNs: number, usage: number, files: Record<string, number> = {}) =>
  ({
    cpu_stats: { cpu_usage: { total_usage: cpuNs } },
    memory_stats: { usage, stats: files },
  }) as unknown as ContainerStats;

test('processors in use are counted from one look to the next', () => {
  const meter = new UsageMeter(1_000);
  expect(meter.read(stats(500e6, 1), 2_000).cpuMilli).toBe(500);
  expect(meter.read(stats(2_500e6, 1), 3_000).cpuMilli).toBe(2_000);
  expect(meter.read(stats(2_500e6, 1), 4_000).cpuMilli).toBe(0);
});

test('files that the kernel can do without are no memory in use', () => {
  const meter = new UsageMeter(0);
  expect(meter.read(stats(0, 100, { inactive_file: 40 }), 1).memoryBytes).toBe(60);
  expect(meter.read(stats(0, 100, { total_inactive_file: 30, inactive_file: 10 }), 2).memoryBytes).toBe(70);
  expect(meter.read(stats(0, 100), 3).memoryBytes).toBe(100);
});
