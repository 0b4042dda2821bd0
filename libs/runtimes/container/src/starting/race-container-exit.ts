import { Deadline } from '@later/http-kit';

import type { FollowedLog } from '../running/follow-log.js';

/** Does what takes a running container, for as long as there is one. @throws with why it came to nothing, in a line */
export async function unlessEnded<Result>(
  exited: Promise<string>,
  log: FollowedLog,
  { withinMs, signal }: { readonly withinMs: number; readonly signal: AbortSignal },
  act: (until: AbortSignal) => Promise<Result>,
): Promise<Result> {
  using deadline = new Deadline(withinMs, signal);
  const fault = (text: string): Error => new Error(log.lastLine === undefined ? text : `${text}: ${log.lastLine}`);
  const ended = exited.then((reason) => {
    throw fault(`${reason} before it took calls`);
  });
  try {
    return await Promise.race([act(deadline.signal), ended]);
  } catch (error) {
    throw deadline.passed ? fault(`it took no calls on port 8080 within ${withinMs} ms`) : error;
  } finally {
    deadline.abort(new Error('Over'));
  }
}
