export * from './protect-system.js';
export * from './system-api.module.js';
