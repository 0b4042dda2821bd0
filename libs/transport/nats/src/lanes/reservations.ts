import type { Capacity } from '@later/transport-contract';

/**
 * Reserves a consumer's capacity for messages that are on their way to it, and for requests that may still bring some, so
 * that the consumer never receives more messages than it may hold.
 */
export class Reservations implements Capacity {
  readonly #capacity: Capacity;
  /** The messages of each lane with a reservation; lanes without any are absent. */
  readonly #messages = new Map<string, number>();
  #total = 0;

  constructor(capacity: Capacity) {
    this.#capacity = capacity;
  }

  /** The capacity without a reservation, over all lanes. */
  get free(): number {
    return this.#capacity.free - this.#total;
  }

  /** The capacity without a reservation that one lane may use. */
  freeFor(lane: string): number {
    return Math.min(this.free, this.#capacity.freeFor(lane) - this.#messagesOf(lane));
  }

  hasMessages(lane: string): boolean {
    return this.#messages.has(lane);
  }

  /** Reserves capacity for one message, until `release`. */
  reserve(lane: string): void {
    this.#total++;
    this.#messages.set(lane, this.#messagesOf(lane) + 1);
  }

  /** Ends the reservation of one message: the consumer holds it, or will not hold it. */
  release(lane: string): void {
    this.#total--;
    const left = this.#messagesOf(lane) - 1;
    if (left > 0) this.#messages.set(lane, left);
    else this.#messages.delete(lane);
  }

  /** Reserves capacity for all messages that a request may bring. */
  reserveBatch(messages: number): void {
    this.#total += messages;
  }

  /** Ends the reservation for messages that a request did not bring. */
  releaseBatch(messages: number): void {
    this.#total -= messages;
  }

  #messagesOf(lane: string): number {
    return this.#messages.get(lane) ?? 0;
  }
}
