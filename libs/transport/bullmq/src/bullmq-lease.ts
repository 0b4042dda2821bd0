import type { Lease, Message, Outcome } from '@later/transport-contract';

import type { BullMqLane, TakenJob } from './bullmq-lane.js';
import type { BullMqDeadLetters } from './bullmq-dead-letters.js';
import { decodeJob } from './message-job.js';
import { explain, isLeaseLost } from './redis-errors.js';

export interface LeaseContext {
  readonly lane: BullMqLane;
  /** Unique to this hold, so that whoever held the job before can neither settle nor extend it. */
  readonly token: string;
  readonly deadLetters: BullMqDeadLetters;
  /** Called once the job waits in its lane again. */
  readonly onGivenBack: (afterMs: number) => void;
}

/** A BullMQ job under a lock of ours. */
export class BullMqLease implements Lease {
  readonly message: Message;
  readonly attempt: number;
  readonly #jobId: string;
  readonly #context: LeaseContext;

  constructor({ jobId, data, attempt }: TakenJob, context: LeaseContext) {
    this.message = decodeJob(context.lane.lane, jobId, data);
    this.attempt = attempt;
    this.#jobId = jobId;
    this.#context = context;
  }

  extend(): Promise<boolean> {
    return this.#context.lane.extend(this.#jobId, this.#context.token);
  }

  /** For a job that was taken too late to be handled. When that fails its lock runs out, and it is delivered then. */
  async giveBackUnseen(): Promise<void> {
    const { lane, token, onGivenBack } = this.#context;
    await lane.giveBackUncounted(this.#jobId, token, 0);
    onGivenBack(0);
  }

  async settle(outcome: Outcome): Promise<void> {
    try {
      await this.#settle(outcome);
    } catch (error) {
      if (!isLeaseLost(error)) throw explain(error, this.#context.lane.queue);
    }
  }

  async #settle(outcome: Outcome): Promise<void> {
    const { lane, token, deadLetters, onGivenBack } = this.#context;
    switch (outcome.kind) {
      case 'ack':
        return lane.complete(this.#jobId, token);
      case 'retry':
        if (outcome.counted === false) await lane.giveBackUncounted(this.#jobId, token, outcome.afterMs);
        else await lane.giveBack(this.#jobId, token, outcome.afterMs);
        return onGivenBack(outcome.afterMs);
      case 'dead-letter':
        return deadLetters.bury(lane, this, { jobId: this.#jobId, token, reason: outcome.reason });
    }
  }
}
