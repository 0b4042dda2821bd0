import { busy, isOpen, LaneStates, quiet, suspended, type Lane } from './lane-states.js';
import type { Reservations } from './reservations.js';

/** One request for messages of a lane. */
export interface PullRequest {
  readonly lane: string;
  readonly number: number;
  readonly batch: number;
  /** `fetch` takes messages that wait now, with capacity reserved for each; `stand` waits for the next message. */
  readonly kind: 'fetch' | 'stand';
}

/**
 * Decides which lanes to request messages of, and how many. It sends nothing itself. A lane has at most one open request,
 * so each message and each end of a request belongs to that one. A lane is in one of five states:
 *
 *     add                          nextRequests
 *      └────────────►  BUSY  ────────────────────────►  FETCHING
 *                      ▲  ▲                              │    │
 *        last message, │  └──── last message, more wait ─┘    │ last message and no more wait,
 *        more wait     │                                      │ or the request ends
 *                      │           nextRequests               ▼
 *                   STANDING  ◄───────────────────────────  QUIET
 *                      │                                      ▲
 *                      └── last message and no more wait, ────┘
 *                          or the request ends
 *
 *     any state ── suspend ──►  SUSPENDED  ── resume ──►  BUSY
 *
 * - BUSY: messages wait, or nothing is known. Busy lanes fetch in turn, each for its share of the free capacity.
 * - FETCHING: a request takes the messages that wait now. Capacity is reserved for all of them.
 * - QUIET: no message waits.
 * - STANDING: a request waits for the next message. No capacity is reserved, because many lanes are quiet and few of them
 *   receive a message at the same moment.
 * - SUSPENDED: the lane's consumer refused a request or did not answer.
 *
 * "Last message" is the last of the requested batch. When a lane without an open request receives a message, it becomes
 * BUSY if more messages wait and QUIET if not; when one of its messages was returned, it becomes BUSY. A reconnect
 * (`reset`) makes every lane BUSY.
 */
export class LanePulls {
  readonly #reservations: Reservations;
  readonly #lanes = new LaneStates();
  #lastNumber = 0;

  constructor(reservations: Reservations) {
    this.#reservations = reservations;
  }

  /** Adds a lane, or lists a known lane again. Returns whether the lane is new. */
  add(name: string): boolean {
    const known = this.#lanes.get(name);
    if (known) known.isListed = true;
    else this.#lanes.add(name);
    return !known;
  }

  has(name: string): boolean {
    return this.#lanes.get(name) !== undefined;
  }

  /** Forgets each lane that is not listed when its request ends. */
  keepOnly(listed: ReadonlySet<string>): void {
    for (const lane of this.#lanes.all()) lane.isListed = listed.has(lane.name);
  }

  /** Opens the requests that the free capacity allows now, and returns them. The caller sends all of them. */
  nextRequests(now: number): PullRequest[] {
    const requests: PullRequest[] = [];
    if (this.#reservations.free <= 0) return requests;
    const mayRequest = ({ name, state, returning }: Lane): boolean =>
      !isOpen(state) && returning === 0 && this.#reservations.freeFor(name) > 0;
    for (const lane of this.#lanes.quietLanes()) if (mayRequest(lane)) requests.push(this.#openStand(lane, now));
    for (let lane; this.#reservations.free > 0 && (lane = this.#lanes.nextWithMore(mayRequest));) {
      const share = Math.ceil(this.#reservations.free / this.#lanes.countWithMore);
      const batch = Math.min(share, this.#reservations.freeFor(lane.name));
      requests.push(this.#openFetch(lane, batch, now));
    }
    return requests;
  }

  /** Records that a message arrived and how many wait behind it. Returns whether capacity is reserved for the message. */
  recordArrival(name: string, pending: number): boolean {
    const lane = this.#lanes.get(name);
    if (!lane) return false;
    const { state } = lane;
    const isReserved = state.name === 'fetching';
    if (isReserved) {
      this.#reservations.releaseBatch(1);
      this.#reservations.reserve(name);
    }
    if (isOpen(state) && --state.remaining === 0) this.#lanes.enter(lane, pending > 0 ? busy : quiet);
    else this.#recordBacklog(lane, pending > 0);
    return isReserved;
  }

  /** Records that a message is being returned. The lane gets no new request until `finishReturn`. */
  startReturn(name: string): void {
    this.#lanes.get(name)!.returning++;
  }

  finishReturn(name: string): void {
    const lane = this.#lanes.get(name)!;
    lane.returning--;
    this.#recordBacklog(lane, true);
  }

  /** Ends a request, as the server says. Ignores a request that is not open any more. */
  endRequest(name: string, number: number): void {
    const lane = this.#lanes.get(name);
    if (!lane || !isOpen(lane.state) || lane.state.number !== number) return;
    this.#releaseBatch(lane);
    const isDone = lane.returning === 0 && !this.#reservations.hasMessages(name);
    if (isDone && !lane.isListed) this.#lanes.forget(lane);
    else this.#lanes.enter(lane, quiet);
  }

  /** Records that the server still knows the request. */
  recordHeartbeat(name: string, number: number, now: number): void {
    const state = this.#lanes.get(name)?.state;
    if (state && isOpen(state) && state.number === number) state.heardAt = now;
  }

  /** The lanes whose open request the server has not mentioned since then. */
  silentLanes(since: { readonly fetching: number; readonly standing: number }): string[] {
    return this.#namesOf(({ state }) => isOpen(state) && state.heardAt < since[state.name]);
  }

  standingLanes(): string[] {
    return this.#namesOf(({ state }) => state.name === 'standing');
  }

  suspend(name: string): void {
    const lane = this.#lanes.get(name);
    if (!lane) return;
    this.#releaseBatch(lane);
    this.#lanes.enter(lane, suspended);
  }

  resume(name: string): void {
    const lane = this.#lanes.get(name);
    if (lane) this.#recordBacklog(lane, true);
  }

  /** Starts again on a new connection: no request is open, and any lane may hold messages. */
  reset(): void {
    for (const lane of this.#lanes.all()) {
      this.#releaseBatch(lane);
      this.#lanes.enter(lane, busy);
    }
  }

  #openStand(lane: Lane, heardAt: number): PullRequest {
    const number = ++this.#lastNumber;
    this.#lanes.enter(lane, { name: 'standing', number, remaining: 1, heardAt, hasMore: false });
    return { lane: lane.name, number, batch: 1, kind: 'stand' };
  }

  #openFetch(lane: Lane, batch: number, heardAt: number): PullRequest {
    const number = ++this.#lastNumber;
    this.#reservations.reserveBatch(batch);
    this.#lanes.enter(lane, { name: 'fetching', number, remaining: batch, heardAt, hasMore: true });
    return { lane: lane.name, number, batch, kind: 'fetch' };
  }

  #releaseBatch({ state }: Lane): void {
    if (state.name === 'fetching') this.#reservations.releaseBatch(state.remaining);
  }

  #recordBacklog(lane: Lane, hasMore: boolean): void {
    const { state } = lane;
    if (isOpen(state)) state.hasMore = hasMore;
    this.#lanes.enter(lane, isOpen(state) ? state : hasMore ? busy : quiet);
  }

  #namesOf(isWanted: (lane: Lane) => boolean): string[] {
    return [...this.#lanes.all()].filter(isWanted).map(({ name }) => name);
  }
}
