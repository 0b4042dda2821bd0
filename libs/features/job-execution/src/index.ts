export * from './job-execution-config.js';
export * from './job-execution.module.js';
export * from './job-subscription.js';
