export * from './protect-system.js';
export type { FunctionAdminOptions } from './function-admin.js';
export * from './function-admin.module.js';
