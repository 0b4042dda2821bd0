import { LaneRing, type Capacity } from '@later/transport-contract';

/** The answer to a take: a message, or the time when the lane's next message is due, or neither. */
export interface TakeAnswer<Taken> {
  readonly taken?: Taken;
  readonly dueAt?: number;
}

export interface LaneTakerOptions<Taken> {
  readonly capacity: Capacity;
  /** Takes the lane's next message. Rejects when the backend is unavailable. */
  readonly take: (lane: string) => Promise<TakeAnswer<Taken>>;
  readonly hold: (taken: Taken) => void;
  /** Gives back a message that arrived after the capacity fell to zero, because the subscription drains. */
  readonly giveBack: (taken: Taken) => Promise<void>;
  readonly onDue: (lane: string, dueAt: number) => void;
}

type LaneState = 'idle' | 'woken' | 'active';

interface LaneIntake {
  state: LaneState;
  pendingTakes: number;
  /** Doubles with each message, so that a lane with one message is not asked fifty times. */
  maxPendingTakes: number;
}

/**
 * Takes messages from the lanes in turn, several at once, and never more than there is capacity for. Each lane is in one
 * of three states:
 *
 *              wake                      take sent
 *     idle -----------------> woken -----------------> active
 *      ^                        ^                         |
 *      |                        +---------- wake ---------+
 *      +------------------- empty answer -----------------+
 *
 * - `idle`: no message is known. The lane is not in the ring, so no take is sent.
 * - `woken`: a message was announced after the last take was sent. The lane is in the ring. An empty answer may be older
 *   than the announcement and does not change the state.
 * - `active`: a take was sent after the last announcement. The lane is in the ring until an answer is empty.
 *
 * Two rarer transitions: a failed take makes a lane idle from each state, and the next survey of the queue wakes it
 * again; a message that answers an older take makes an idle lane active.
 */
export class LaneTaker<Taken> {
  readonly #options: LaneTakerOptions<Taken>;
  /** The lanes that are not idle. */
  readonly #ring = new LaneRing();
  /** The lanes that are not idle or have a pending take. */
  readonly #lanes = new Map<string, LaneIntake>();
  readonly #pendingTakes = new Set<Promise<void>>();

  constructor(options: LaneTakerOptions<Taken>) {
    this.#options = options;
  }

  /** Call when a lane may have received a message. */
  wake(lane: string): void {
    this.#setState(lane, 'woken');
    this.takeMore();
  }

  /** Sends as many takes as the capacity allows. Call when the capacity may have grown. */
  takeMore(): void {
    while (this.#options.capacity.free > this.#pendingTakes.size) {
      const lane = this.#ring.next((candidate) => this.#canTake(candidate));
      if (lane === undefined) return;
      const pending = this.#take(lane).finally(() => {
        this.#pendingTakes.delete(pending);
        this.takeMore();
      });
      this.#pendingTakes.add(pending);
    }
  }

  /** Resolves when the takes that are pending now have been answered. */
  async waitForPendingTakes(): Promise<void> {
    await Promise.all(this.#pendingTakes);
  }

  #canTake(lane: string): boolean {
    const { pendingTakes, maxPendingTakes } = this.#intakeOf(lane);
    return pendingTakes < maxPendingTakes && pendingTakes < this.#options.capacity.freeFor(lane);
  }

  async #take(lane: string): Promise<void> {
    const intake = this.#intakeOf(lane);
    intake.pendingTakes++;
    this.#setState(lane, 'active');
    try {
      await this.#handleAnswer(lane, intake, await this.#options.take(lane));
    } catch {
      this.#setState(lane, 'idle');
    } finally {
      intake.pendingTakes--;
      if (intake.pendingTakes === 0 && intake.state === 'idle') this.#lanes.delete(lane);
    }
  }

  async #handleAnswer(lane: string, intake: LaneIntake, { taken, dueAt }: TakeAnswer<Taken>): Promise<void> {
    const { capacity, hold, giveBack, onDue } = this.#options;
    if (taken !== undefined) {
      intake.maxPendingTakes *= 2;
      if (intake.state === 'idle') this.#setState(lane, 'active');
      return capacity.free > 0 ? hold(taken) : giveBack(taken);
    }
    intake.maxPendingTakes = 1;
    if (intake.state === 'active') this.#setState(lane, 'idle');
    if (dueAt !== undefined) onDue(lane, dueAt);
  }

  #setState(lane: string, state: LaneState): void {
    this.#intakeOf(lane).state = state;
    if (state === 'idle') this.#ring.delete(lane);
    else this.#ring.add(lane);
  }

  #intakeOf(lane: string): LaneIntake {
    const intake = this.#lanes.get(lane) ?? { state: 'idle', pendingTakes: 0, maxPendingTakes: 1 };
    this.#lanes.set(lane, intake);
    return intake;
  }
}
