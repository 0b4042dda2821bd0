import { setTimeout as delay } from 'node:timers/promises';

/** Resolves once `condition` is true. @throws with the condition's source text after `withinMs` */
export async function eventually(condition: () => boolean | Promise<boolean>, withinMs = 20_000): Promise<void> {
  const deadline = performance.now() + withinMs;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`Not within ${withinMs} ms: ${condition.toString()}`);
    await delay(5);
  }
}
