import { setTimeout as delay } from 'node:timers/promises';

import { Inject, Injectable } from '@nestjs/common';
import { LaterFunction, type FunctionCall } from '@later/function-kit';

export const LONG_TASK_MS = Symbol('duration of a long task in ms');

/** Sleeps, and has no result: the lab's `sleep 1`. */
@Injectable()
export class LongTask {
  constructor(@Inject(LONG_TASK_MS) private readonly durationMs: number) {}

  @LaterFunction({
    name: 'long-task',
    description: 'Sleeps, and answers nothing',
    // The caller decides how long it waits: a limit here would only forbid a longer sleep.
    limits: { timeout: '24h' },
  })
  async sleep(call: FunctionCall): Promise<void> {
    await delay(this.durationMs, undefined, { signal: call.signal });
  }
}
