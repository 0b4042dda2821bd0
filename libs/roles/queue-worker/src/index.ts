export * from './queue-worker-role.js';
