import { LaneRing, type Capacity } from '@later/transport-contract';

/** What came of asking a lane: something that must be held or given back, or when there will be something. */
export interface Asked<Taken> {
  readonly taken?: Taken;
  readonly dueAt?: number;
}

export interface LaneTakerOptions<Taken> {
  readonly room: Capacity;
  /** Takes the lane's next message. Rejects when the backend is away. */
  readonly ask: (lane: string) => Promise<Asked<Taken>>;
  readonly hold: (taken: Taken) => void;
  /** For what arrives when there is no room any more, because we drain. */
  readonly giveBack: (taken: Taken) => Promise<void>;
  readonly onDue: (lane: string, dueAt: number) => void;
}

/** How a lane is being asked. */
interface Asking {
  /** In the ring: it may have more. */
  awake: boolean;
  /** Questions under way. */
  count: number;
  /** Most questions at once. Doubles with each message, so that one message is not asked for fifty times. */
  pace: number;
  /** Whether it was woken after the last question was put, so that an empty answer may be out of date. */
  woken: boolean;
}

/**
 * Asks lanes for messages, in turn and several at once, never for more than there is room. A lane goes
 *
 *     asleep -- wake --> in the ring -- empty answer --> asleep
 *
 * and stays in the ring when it was woken while the empty answer was under way. A lane that cannot be asked falls
 * asleep too: the next look at the queue wakes it.
 */
export class LaneTaker<Taken> {
  readonly #options: LaneTakerOptions<Taken>;
  readonly #ring = new LaneRing();
  readonly #asking = new Map<string, Asking>();
  readonly #questions = new Set<Promise<void>>();

  constructor(options: LaneTakerOptions<Taken>) {
    this.#options = options;
  }

  /** A lane may have something to take. */
  wake(lane: string): void {
    const asking = this.#askingOf(lane);
    asking.woken = true;
    this.#awaken(lane, asking);
    this.take();
  }

  /** There may be room again. */
  take(): void {
    const { room } = this.#options;
    while (room.free > this.#questions.size) {
      const lane = this.#ring.next((candidate) => this.#mayAsk(candidate));
      if (lane === undefined) return;
      const question = this.#ask(lane).finally(() => {
        this.#questions.delete(question);
        this.take();
      });
      this.#questions.add(question);
    }
  }

  /** Resolves when no question is under way. */
  async answered(): Promise<void> {
    await Promise.all(this.#questions);
  }

  #mayAsk(lane: string): boolean {
    const { count, pace } = this.#askingOf(lane);
    return count < pace && count < this.#options.room.freeFor(lane);
  }

  async #ask(lane: string): Promise<void> {
    const asking = this.#askingOf(lane);
    asking.count++;
    asking.woken = false;
    try {
      await this.#answer(lane, asking, await this.#options.ask(lane));
    } catch {
      this.#lull(lane, asking);
    } finally {
      asking.count--;
      if (asking.count === 0 && !asking.awake) this.#asking.delete(lane);
    }
  }

  async #answer(lane: string, asking: Asking, { taken, dueAt }: Asked<Taken>): Promise<void> {
    const { room, hold, giveBack, onDue } = this.#options;
    if (taken !== undefined) {
      asking.pace *= 2;
      this.#awaken(lane, asking);
      return room.free > 0 ? hold(taken) : giveBack(taken);
    }
    asking.pace = 1;
    if (!asking.woken) this.#lull(lane, asking);
    if (dueAt !== undefined) onDue(lane, dueAt);
  }

  #askingOf(lane: string): Asking {
    const asking = this.#asking.get(lane) ?? { awake: false, count: 0, pace: 1, woken: false };
    this.#asking.set(lane, asking);
    return asking;
  }

  #awaken(lane: string, asking: Asking): void {
    asking.awake = true;
    this.#ring.add(lane);
  }

  #lull(lane: string, asking: Asking): void {
    asking.awake = false;
    this.#ring.delete(lane);
  }
}
