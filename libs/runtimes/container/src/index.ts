export * from './container-runtime-config.js';
export * from './container-runtime.js';
