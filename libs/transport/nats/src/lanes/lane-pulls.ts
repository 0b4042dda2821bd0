import { LaneRing } from '@later/transport-contract';

import type { Reservations } from './reservations.js';

/** One request for messages of a lane. */
export interface PullRequest {
  readonly lane: string;
  readonly number: number;
  readonly batch: number;
  /** `fetch` takes messages that wait now, with capacity reserved for each; `stand` waits for the next message. */
  readonly kind: 'fetch' | 'stand';
}

interface OpenRequest {
  /** `fetching` or `standing`: a request of that kind is open. */
  readonly name: 'fetching' | 'standing';
  readonly number: number;
  /** The messages that the request may still bring. */
  remaining: number;
  /** When the server last sent a sign of the request. */
  heardAt: number;
  /** Whether more messages wait, as far as the last message tells. */
  hasMore: boolean;
}

type LaneState = { readonly name: 'busy' | 'quiet' | 'suspended' } | OpenRequest;

const busy = { name: 'busy' } as const;
const quiet = { name: 'quiet' } as const;
const suspended = { name: 'suspended' } as const;

interface Lane {
  state: LaneState;
  /** The messages that are being returned to the lane. A request now would bring later messages before them. */
  returning: number;
  isListed: boolean;
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
 * "Last message" is the last of the requested batch. A message that arrives without an open request, and a message that
 * was returned, make a lane without a request BUSY (QUIET if the arrived message says that no more wait). A reconnect
 * (`reset`) makes every lane BUSY.
 */
export class LanePulls {
  readonly #reservations: Reservations;
  readonly #lanes = new Map<string, Lane>();
  // Two indexes of the states above. Only `#enter` and `#forget` change them.
  readonly #withMore = new LaneRing();
  readonly #quiet = new Set<string>();
  #lastNumber = 0;

  constructor(reservations: Reservations) {
    this.#reservations = reservations;
  }

  /** Adds a lane, or lists a known lane again. Returns whether the lane is new. */
  add(name: string): boolean {
    const known = this.#lanes.get(name);
    if (known) known.isListed = true;
    if (known) return false;
    const lane: Lane = { state: busy, returning: 0, isListed: true };
    this.#lanes.set(name, lane);
    this.#enter(name, lane, busy);
    return true;
  }

  has(name: string): boolean {
    return this.#lanes.has(name);
  }

  /** Forgets each lane that is not listed when its request ends. */
  keepOnly(listed: ReadonlySet<string>): void {
    for (const [name, lane] of this.#lanes) lane.isListed = listed.has(name);
  }

  /** Opens the requests that the free capacity allows now, and returns them. The caller sends all of them. */
  nextRequests(now: number): PullRequest[] {
    const requests: PullRequest[] = [];
    if (this.#reservations.free <= 0) return requests;
    const mayRequest = (name: string): boolean => {
      const { state, returning } = this.#lanes.get(name)!;
      return !isOpen(state) && returning === 0 && this.#reservations.freeFor(name) > 0;
    };
    for (const name of this.#quiet) if (mayRequest(name)) requests.push(this.#open('stand', name, 1, now));
    for (let name; this.#reservations.free > 0 && (name = this.#withMore.next(mayRequest)) !== undefined;) {
      const share = Math.ceil(this.#reservations.free / this.#withMore.size);
      requests.push(this.#open('fetch', name, Math.min(share, this.#reservations.freeFor(name)), now));
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
    if (isOpen(state) && --state.remaining === 0) this.#enter(name, lane, pending > 0 ? busy : quiet);
    else this.#recordBacklog(name, lane, pending > 0);
    return isReserved;
  }

  /** Records that a message is being returned. The lane gets no new request until `finishReturn`. */
  startReturn(name: string): void {
    this.#lanes.get(name)!.returning++;
  }

  finishReturn(name: string): void {
    const lane = this.#lanes.get(name)!;
    lane.returning--;
    this.#recordBacklog(name, lane, true);
  }

  /** Ends a request, as the server says. Ignores a request that is not open any more. */
  endRequest(name: string, number: number): void {
    const lane = this.#lanes.get(name);
    if (!lane || !isOpen(lane.state) || lane.state.number !== number) return;
    this.#releaseBatch(lane);
    const isDone = lane.returning === 0 && !this.#reservations.hasMessages(name);
    if (isDone && !lane.isListed) this.#forget(name);
    else this.#enter(name, lane, quiet);
  }

  /** Records that the server still knows the request. */
  recordHeartbeat(name: string, number: number, now: number): void {
    const state = this.#lanes.get(name)?.state;
    if (state && isOpen(state) && state.number === number) state.heardAt = now;
  }

  /** The lanes whose open request the server has not mentioned since then. */
  silentLanes(since: { readonly fetching: number; readonly standing: number }): string[] {
    const isSilent = ({ state }: Lane): boolean => isOpen(state) && state.heardAt < since[state.name];
    return [...this.#lanes].filter(([, lane]) => isSilent(lane)).map(([name]) => name);
  }

  standingLanes(): string[] {
    return [...this.#lanes].filter(([, { state }]) => state.name === 'standing').map(([name]) => name);
  }

  suspend(name: string): void {
    const lane = this.#lanes.get(name);
    if (!lane) return;
    this.#releaseBatch(lane);
    this.#enter(name, lane, suspended);
  }

  resume(name: string): void {
    const lane = this.#lanes.get(name);
    if (lane) this.#recordBacklog(name, lane, true);
  }

  /** Starts again on a new connection: no request is open, and any lane may hold messages. */
  reset(): void {
    for (const [name, lane] of this.#lanes) {
      this.#releaseBatch(lane);
      this.#enter(name, lane, busy);
    }
  }

  #open(kind: PullRequest['kind'], name: string, batch: number, now: number): PullRequest {
    const number = ++this.#lastNumber;
    const isFetch = kind === 'fetch';
    if (isFetch) this.#reservations.reserveBatch(batch);
    const opened = isFetch ? 'fetching' : 'standing';
    const state: OpenRequest = { name: opened, number, remaining: batch, heardAt: now, hasMore: isFetch };
    this.#enter(name, this.#lanes.get(name)!, state);
    return { lane: name, number, batch, kind };
  }

  #releaseBatch({ state }: Lane): void {
    if (state.name === 'fetching') this.#reservations.releaseBatch(state.remaining);
  }

  #recordBacklog(name: string, lane: Lane, hasMore: boolean): void {
    if (isOpen(lane.state)) lane.state.hasMore = hasMore;
    this.#enter(name, lane, isOpen(lane.state) ? lane.state : hasMore ? busy : quiet);
  }

  #enter(name: string, lane: Lane, state: LaneState): void {
    lane.state = state;
    if (isOpen(state) ? state.hasMore : state === busy) this.#withMore.add(name);
    else this.#withMore.delete(name);
    if (state === quiet) this.#quiet.add(name);
    else this.#quiet.delete(name);
  }

  #forget(name: string): void {
    this.#lanes.delete(name);
    this.#withMore.delete(name);
    this.#quiet.delete(name);
  }
}

const isOpen = (state: LaneState): state is OpenRequest => state.name === 'fetching' || state.name === 'standing';
