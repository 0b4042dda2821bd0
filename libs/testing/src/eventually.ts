import { setTimeout as delay } from 'node:timers/promises';

/** Resolves once `condition` holds; rejects, with the condition's text, when it does not within `withinMs`. */
export async function eventually(condition: () => boolean | Promise<boolean>, withinMs = 10_000): Promise<void> {
  const deadline = performance.now() + withinMs;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`Not within ${withinMs} ms: ${condition.toString()}`);
    await delay(5);
  }
}
