import { clearTimeout, setTimeout } from 'node:timers';

import { say } from '../../scripts/workspace.mjs';

/** What is checked, one after the other: each is printed with what was seen, how long it took, and whether it passed. */
export class Checks {
  passed = 0;
  /** What was not as it should be, in a line each. */
  failures = [];
  #subject = '';

  /** What is checked from here on is checked of this. */
  begin(subject) {
    this.#subject = subject;
    say(subject);
  }

  /**
   * @param look returns what it saw in a line; throws what is not as it should be
   * @param explain what else is said when it is not, in lines
   */
  async see(what, withinSeconds, look, explain = () => []) {
    const started = performance.now();
    const seconds = () => `${((performance.now() - started) / 1000).toFixed(1)} s`;
    let timer;
    const tooLate = new Promise((_, reject) => {
      timer = setTimeout(() => reject(new Error(`not done within ${withinSeconds} s`)), withinSeconds * 1000);
    });
    try {
      const seen = await Promise.race([look(), tooLate]);
      this.passed++;
      console.log(`  passed  ${what} (${seconds()})${seen ? `: ${seen}` : ''}`);
      return true;
    } catch (error) {
      const failure = `${what} (${seconds()}): ${error.message}`;
      this.failures.push(`${this.#subject}: ${failure.replaceAll(/\s+/g, ' ')}`);
      console.log([`  FAILED  ${failure}`, ...explain()].join('\n'));
      return false;
    } finally {
      clearTimeout(timer);
    }
  }
}

/** @throws unless it holds */
export function ensure(holds, message) {
  if (!holds) throw new Error(message);
}

/** Looks until it holds. @throws when it does not for `withinMs` */
export async function until(what, withinMs, holds) {
  const end = performance.now() + withinMs;
  for (;;) {
    const found = await holds();
    if (found) return found;
    if (performance.now() > end) throw new Error(`${what}: not within ${withinMs / 1000} s`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
