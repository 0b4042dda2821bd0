import { randomUUID } from 'node:crypto';

import {
  type Backend,
  type Delivery,
  type Handler,
  type Message,
  type SubscribeOptions,
  type Subscription,
  type Transport,
  ack,
} from '@later/transport-contract';

import { spawnDoomedConsumer, type DoomedConsumer } from './doomed-consumer.js';
import type { BackendUnderTest, DriverUnderTest } from './driver-under-test.js';

/** The queue, connections and subscriptions of one test, on a backend that all tests share. */
export class Scene {
  readonly queue = `q-${randomUUID().slice(0, 8)}`;
  /** The errors that subscriptions reported. It must be empty at the end of the test. */
  readonly errors: unknown[] = [];
  readonly #backends: Backend[] = [];
  readonly #subscriptions: Subscription[] = [];
  readonly #doomed: DoomedConsumer[] = [];

  constructor(
    readonly driver: DriverUnderTest,
    readonly backend: BackendUnderTest,
  ) {}

  async connect(): Promise<Backend> {
    const backend = await this.backend.connect();
    this.#backends.push(backend);
    return backend;
  }

  async transport(): Promise<Transport> {
    return (await this.connect()).transport;
  }

  async subscribe(
    transport: Transport,
    handler: Handler,
    options: Partial<SubscribeOptions> = {},
  ): Promise<Subscription> {
    const onError = (error: unknown): void => void this.errors.push(error);
    const subscription = await transport.subscribe(this.queue, handler, { maxInFlight: 10, onError, ...options });
    this.#subscriptions.push(subscription);
    return subscription;
  }

  /** Subscribes, acks every delivery, and returns the list to which the deliveries are added. */
  async collect(transport: Transport, options: Partial<SubscribeOptions> = {}): Promise<Delivery[]> {
    const deliveries: Delivery[] = [];
    const handler: Handler = async (delivery) => {
      deliveries.push(delivery);
      return ack();
    };
    await this.subscribe(transport, handler, options);
    return deliveries;
  }

  /** Starts a consumer in its own process that takes one delivery of this queue and never decides. */
  async spawnDoomedConsumer(): Promise<DoomedConsumer> {
    const doomed = await spawnDoomedConsumer(this.backend.driver, this.queue);
    this.#doomed.push(doomed);
    return doomed;
  }

  async publish(transport: Transport, ...messages: Message[]): Promise<void> {
    for (const message of messages) await transport.publish(this.queue, message);
  }

  async end(): Promise<void> {
    for (const doomed of this.#doomed) await doomed.kill();
    await Promise.all(this.#subscriptions.map((subscription) => subscription.drain(0)));
    await Promise.all(this.#backends.map((backend) => backend.close()));
  }
}
