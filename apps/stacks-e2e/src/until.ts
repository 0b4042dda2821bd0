import { setTimeout as delay } from 'node:timers/promises';

/**
 * Repeats `probe` every 100 ms until it returns something truthy, and returns that.
 * @throws when that takes longer than `withinMs`
 */
export async function until<T>(condition: string, withinMs: number, probe: () => T | Promise<T>): Promise<T> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const found = await probe();
    if (found) return found;
    if (performance.now() > deadline) throw new Error(`${condition}: not within ${withinMs / 1000} s`);
    await delay(100);
  }
}
