import { type CustomTransportStrategy, Server } from '@nestjs/microservices';
import type { Outcome, SubscribeOptions, Subscription, Transport } from '@later/transport-contract';
import { lastValueFrom, type Observable } from 'rxjs';

export interface TransportServerOptions {
  /** How each queue is consumed, by its name. */
  readonly queues: Readonly<Record<string, SubscribeOptions>>;
  /** How long `close` waits for deliveries in flight before it gives them back, in ms. */
  readonly drainGraceMs: number;
}

/**
 * Lets Nest controllers consume the queues of any transport: a handler with `@EventPattern('calls')` receives the
 * deliveries of the queue `calls` and returns the outcome. Pipes, guards and interceptors work as usual.
 */
export class TransportServer extends Server implements CustomTransportStrategy {
  readonly #transport: Transport;
  readonly #options: TransportServerOptions;
  #subscriptions: Subscription[] = [];

  constructor(transport: Transport, options: TransportServerOptions) {
    super();
    this.#transport = transport;
    this.#options = options;
  }

  listen(callback: (error?: unknown) => void): void {
    this.#subscribeAll().then(() => callback(), callback);
  }

  /** Drains the subscriptions: takes no more messages, and gives back deliveries that exceed the grace. May be called twice. */
  async close(): Promise<void> {
    await Promise.all(this.#subscriptions.map((subscription) => subscription.drain(this.#options.drainGraceMs)));
  }

  async #subscribeAll(): Promise<void> {
    const subscribing = [...this.messageHandlers].map(([queue, handle]) => {
      const options = this.#options.queues[queue];
      if (!options) throw new Error(`@EventPattern('${queue}') has no options: add "${queue}" to the server's queues.`);
      return this.#transport.subscribe(
        queue,
        async (delivery) => {
          const outcome = this.transformToObservable<Outcome>(
            (await handle(delivery, undefined)) as Observable<Outcome>,
          );
          return lastValueFrom(outcome);
        },
        options,
      );
    });
    this.#subscriptions = await Promise.all(subscribing);
  }

  /** Part of Nest's contract for servers with events; a transport has none. */
  on(): void {}

  unwrap<T>(): T {
    return this.#transport as T;
  }
}
