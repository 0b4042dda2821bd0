export * from './call-counts.js';
export * from './call-intake-config.js';
export * from './call-intake.module.js';
