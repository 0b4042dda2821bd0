export * from './function-provider-config.js';
export * from './function-provider.module.js';
export * from './open-provider.js';
export type { RuntimeTable } from './runtimes/runtimes.js';
export { Autoscaler } from './scaling/index.js';
export { followStackFile } from './stack/index.js';
export * from './waiting-jobs.js';
