import { setTimeout as delay } from 'node:timers/promises';

import { Inject, Injectable } from '@nestjs/common';
import { LaterFunction, type FunctionCall } from '@later/function-kit';

export const LONG_TASK_MS = Symbol('how long a long task takes');

/** Takes its time and answers nothing: the lab's `sleep 1`. */
@Injectable()
export class LongTask {
  constructor(@Inject(LONG_TASK_MS) private readonly durationMs: number) {}

  @LaterFunction({
    name: 'long-task',
    description: 'Sleeps, and answers nothing',
    // Whoever calls it decides how long they wait: a limit here would only forbid a longer sleep.
    limits: { timeout: '24h' },
  })
  async sleep(call: FunctionCall): Promise<void> {
    await delay(this.durationMs, undefined, { signal: call.signal });
  }
}
