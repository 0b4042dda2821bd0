export * from './function-provider-config.js';
export * from './function-provider.module.js';
export * from './open-provider.js';
export type { RuntimeTable } from './runtimes/runtimes.js';
export { Autoscaler } from './scaling/autoscaler.js';
export { followStackFile } from './stack/follow-stack-file.js';
export * from './scaling/waiting-jobs.js';
