import type { Lease, Message, Outcome } from '@later/transport-contract';

import { isLeaseLost, toTransportError } from './errors.js';
import type { BullMqLane, TakenJob } from './lanes/lane.js';
import { decodeJob } from './wire.js';

export interface LeaseContext {
  readonly lane: BullMqLane;
  /** Unique to this lease, so that an earlier holder of the job can neither settle nor extend it. */
  readonly token: string;
  /** Called once the job waits in its lane again. */
  readonly onGivenBack: (afterMs: number) => void;
}

/** A BullMQ job that this process holds under a lock. */
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

  async settle(outcome: Outcome): Promise<void> {
    try {
      await this.#settle(outcome);
    } catch (error) {
      if (!isLeaseLost(error)) throw toTransportError(error, this.#context.lane.queue);
    }
  }

  /** Gives back a job that no handler has seen. If this fails, the lock expires and the job is delivered then. */
  async giveBackUndelivered(): Promise<void> {
    const { lane, token, onGivenBack } = this.#context;
    await lane.giveBackUncounted(this.#jobId, token, 0);
    onGivenBack(0);
  }

  async #settle(outcome: Outcome): Promise<void> {
    const { lane, token, onGivenBack } = this.#context;
    switch (outcome.kind) {
      case 'ack':
        return lane.complete(this.#jobId, token);
      case 'retry':
        if (outcome.counted === false) await lane.giveBackUncounted(this.#jobId, token, outcome.afterMs);
        else await lane.giveBack(this.#jobId, token, outcome.afterMs);
        return onGivenBack(outcome.afterMs);
      case 'dead-letter':
        return lane.deadLetter(this.#jobId, token, { attempt: this.attempt, reason: outcome.reason });
    }
  }
}
