import { LaneRing, type Capacity } from '@later/transport-contract';

/** One request for messages of a lane. */
export interface Ask {
  readonly lane: string;
  readonly number: number;
  readonly batch: number;
  /** Takes what is there now, for which room is set aside; otherwise it waits for the next message, whenever it comes. */
  readonly now: boolean;
}

interface Lane {
  asked?: { readonly number: number; readonly now: boolean; left: number; heardAt: number };
  /** Messages on their way from "arrived" to "held". */
  coming: number;
  /** Messages that are being given back: asking now would deliver what comes after them first. */
  leaving: number;
  unlisted: boolean;
}

/**
 * Decides which lanes to ask for how much; does nothing itself. A lane is
 *
 * - busy, when its last message said that more wait behind it (or nothing is known yet): asked in turn, with room set
 *   aside for all that may come, so that busy lanes share the room evenly;
 * - quiet otherwise: one request stands by for its next message, with no room set aside, because many lanes are quiet
 *   and few of them will speak at once.
 *
 * A lane has one request at a time, so whatever arrives or ends belongs to that.
 */
export class LanePulls {
  readonly #capacity: Capacity;
  readonly #lanes = new Map<string, Lane>();
  readonly #busy = new LaneRing();
  readonly #quiet = new Set<string>();
  #setAside = 0;
  #numbers = 0;

  constructor(capacity: Capacity) {
    this.#capacity = capacity;
  }

  /** A lane that may hold messages. Nothing happens if it is known. */
  add(lane: string): boolean {
    const known = this.#lanes.get(lane);
    if (known) known.unlisted = false;
    if (known) return false;
    this.#lanes.set(lane, { coming: 0, leaving: 0, unlisted: false });
    this.#busy.add(lane);
    return true;
  }

  has = (lane: string): boolean => this.#lanes.has(lane);

  /** Forgets lanes that are not in the list any more, as their requests end. */
  keepOnly(listed: ReadonlySet<string>): void {
    for (const [name, lane] of this.#lanes) lane.unlisted = !listed.has(name);
  }

  /** What may be taken at once, without anything being set aside for it. */
  spareRoom(lane: string): number {
    const coming = this.#lanes.get(lane)?.coming ?? 0;
    return Math.min(this.#capacity.free - this.#setAside, this.#capacity.freeFor(lane) - coming);
  }

  /** What to ask for now. All of it counts as asked. */
  asks(now: number): Ask[] {
    const asks: Ask[] = [];
    const free = (): number => this.#capacity.free - this.#setAside;
    if (free() <= 0) return asks;
    const mayAsk = (name: string): boolean => {
      const lane = this.#lanes.get(name)!;
      return !lane.asked && lane.leaving === 0 && this.spareRoom(name) > 0;
    };
    for (const name of this.#quiet) if (mayAsk(name)) asks.push(this.#ask(name, 1, false, now));
    for (let name; free() > 0 && (name = this.#busy.next(mayAsk)) !== undefined;) {
      const share = Math.ceil(free() / this.#busy.size);
      asks.push(this.#ask(name, Math.min(share, this.spareRoom(name)), true, now));
    }
    return asks;
  }

  /** A message came, with `pending` more behind it. True when room was set aside for it; it is `coming` then. */
  arrived(name: string, pending: number): boolean {
    const lane = this.#lanes.get(name);
    if (!lane) return false;
    const asked = lane.asked;
    const hasRoom = asked?.now ?? false;
    if (asked && --asked.left === 0) delete lane.asked;
    // What was set aside for the request is now set aside for the message.
    if (hasRoom) lane.coming++;
    this.#speaks(name, pending > 0);
    return hasRoom;
  }

  /** Sets room aside for a message that is to be held. */
  comes(name: string): void {
    this.#lanes.get(name)!.coming++;
    this.#setAside++;
  }

  /** It is held now, or will not be: nothing needs to be set aside any more. */
  came(name: string): void {
    this.#lanes.get(name)!.coming--;
    this.#setAside--;
  }

  /** A message of this lane is being given back; until `left`, the lane is not asked. */
  leaves(name: string): void {
    this.#lanes.get(name)!.leaving++;
  }

  left(name: string): void {
    this.#lanes.get(name)!.leaving--;
    this.#speaks(name, true);
  }

  /** The server said that the request is over, or that it lives. */
  ended(name: string, number: number): void {
    const lane = this.#lanes.get(name);
    if (!lane?.asked || lane.asked.number !== number) return;
    this.#drop(lane);
    if (lane.unlisted && lane.coming === 0 && lane.leaving === 0) this.#forget(name);
    else this.#speaks(name, false);
  }

  lives(name: string, number: number, now: number): void {
    const asked = this.#lanes.get(name)?.asked;
    if (asked?.number === number) asked.heardAt = now;
  }

  /** Lanes with a request that the server has said nothing of since then. */
  unheard(since: { readonly now: number; readonly standing: number }): string[] {
    const isUnheard = ({ asked }: Lane): boolean =>
      asked !== undefined && asked.heardAt < (asked.now ? since.now : since.standing);
    return [...this.#lanes].filter(([, lane]) => isUnheard(lane)).map(([name]) => name);
  }

  /** Something is wrong with the lane: its request is over, and it is not asked until `resume`. */
  suspend(name: string): void {
    const lane = this.#lanes.get(name);
    if (lane) this.#drop(lane);
    this.#busy.delete(name);
    this.#quiet.delete(name);
  }

  resume(name: string): void {
    if (this.#lanes.has(name)) this.#speaks(name, true);
  }

  /** The connection is new: no request is under way, and any lane may hold messages. */
  startAnew(): void {
    for (const [name, lane] of this.#lanes) {
      this.#drop(lane);
      this.#speaks(name, true);
    }
  }

  /** The lanes whose requests stand by. */
  standing(): string[] {
    return [...this.#lanes].filter(([, { asked }]) => asked && !asked.now).map(([name]) => name);
  }

  #ask(name: string, batch: number, now: boolean, heardAt: number): Ask {
    const number = ++this.#numbers;
    this.#lanes.get(name)!.asked = { number, now, left: batch, heardAt };
    this.#quiet.delete(name);
    if (now) this.#setAside += batch;
    return { lane: name, number, batch, now };
  }

  #drop(lane: Lane): void {
    if (lane.asked?.now) this.#setAside -= lane.asked.left;
    delete lane.asked;
  }

  #speaks(name: string, isBusy: boolean): void {
    if (isBusy) {
      this.#quiet.delete(name);
      this.#busy.add(name);
    } else {
      this.#busy.delete(name);
      if (!this.#lanes.get(name)?.asked) this.#quiet.add(name);
    }
  }

  #forget(name: string): void {
    this.#lanes.delete(name);
    this.#busy.delete(name);
    this.#quiet.delete(name);
  }
}
