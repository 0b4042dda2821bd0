export * from './protect-system.js';
export type { SystemApiOptions } from './system-api.js';
export * from './system-api.module.js';
