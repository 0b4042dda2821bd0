export * from './backend.js';
export * from './consumer.js';
export * from './dead-letters.js';
export * from './errors.js';
export type { Lease } from './held-delivery.js';
export * from './lane-ring.js';
export * from './message.js';
export * from './outcome.js';
export * from './transport.js';
