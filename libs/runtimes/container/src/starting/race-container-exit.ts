import { Deadline } from '@later/http-kit';

import type { ContainerLog } from '../running/follow-log.js';

/**
 * Waits for a step that needs a running container. Rejects when the container exits first, or when the time is over.
 * @throws with the reason and the container's last log line, one line
 */
export async function raceContainerExit<Result>(
  exited: Promise<string>,
  log: ContainerLog,
  { withinMs, signal }: { readonly withinMs: number; readonly signal: AbortSignal },
  step: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  using deadline = new Deadline(withinMs, signal);
  const failure = (text: string): Error => new Error(log.lastLine === undefined ? text : `${text}: ${log.lastLine}`);
  const ended = exited.then((reason) => {
    throw failure(`${reason} before it took calls`);
  });
  try {
    return await Promise.race([step(deadline.signal), ended]);
  } catch (error) {
    throw deadline.passed ? failure(`it took no calls on port 8080 within ${withinMs} ms`) : error;
  } finally {
    deadline.abort(new Error('The start is over'));
  }
}
