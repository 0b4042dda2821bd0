export * from './callback-dispatch-config.js';
export * from './callback-dispatch.module.js';
export * from './callback-subscription.js';
export type { CallbackRetrySchedule } from './callback-retry-policy.js';
