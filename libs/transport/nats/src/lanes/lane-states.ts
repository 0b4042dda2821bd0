import { LaneRing } from '@later/transport-contract';

/** An open request for messages of a lane. */
export interface OpenRequest {
  readonly name: 'fetching' | 'standing';
  readonly number: number;
  /** The messages that the request may still bring. */
  remaining: number;
  /** When the server last sent a sign of the request. */
  heardAt: number;
  /** Whether more messages wait, as far as the last message tells. */
  hasMore: boolean;
}

export type LaneState = { readonly name: 'busy' | 'quiet' | 'suspended' } | OpenRequest;

export const busy = { name: 'busy' } as const;
export const quiet = { name: 'quiet' } as const;
export const suspended = { name: 'suspended' } as const;

export const isOpen = (state: LaneState): state is OpenRequest =>
  state.name === 'fetching' || state.name === 'standing';

export interface Lane {
  readonly name: string;
  /** Only `LaneStates.enter` changes it. */
  state: LaneState;
  /** The messages that are being returned to the lane. A request now would bring later messages before them. */
  returning: number;
  isListed: boolean;
}

/** The lanes of a subscription, each in one state, with two indexes that make the next lane cheap to find. */
export class LaneStates {
  readonly #lanes = new Map<string, Lane>();
  /** The lanes in which messages wait: busy ones, and those whose open request has more. */
  readonly #withMore = new LaneRing();
  readonly #quiet = new Set<Lane>();

  get(name: string): Lane | undefined {
    return this.#lanes.get(name);
  }

  all(): Iterable<Lane> {
    return this.#lanes.values();
  }

  quietLanes(): Iterable<Lane> {
    return this.#quiet;
  }

  get countWithMore(): number {
    return this.#withMore.size;
  }

  /** The next accepted lane in turn among those with more messages. It becomes the last in turn. */
  nextWithMore(isAccepted: (lane: Lane) => boolean): Lane | undefined {
    const name = this.#withMore.next((candidate) => isAccepted(this.#lanes.get(candidate)!));
    return name === undefined ? undefined : this.#lanes.get(name);
  }

  add(name: string): void {
    const lane: Lane = { name, state: busy, returning: 0, isListed: true };
    this.#lanes.set(name, lane);
    this.enter(lane, busy);
  }

  enter(lane: Lane, state: LaneState): void {
    lane.state = state;
    if (isOpen(state) ? state.hasMore : state === busy) this.#withMore.add(lane.name);
    else this.#withMore.delete(lane.name);
    if (state === quiet) this.#quiet.add(lane);
    else this.#quiet.delete(lane);
  }

  forget(lane: Lane): void {
    this.#lanes.delete(lane.name);
    this.#withMore.delete(lane.name);
    this.#quiet.delete(lane);
  }
}
