export * from './upstream-runtime.js';
