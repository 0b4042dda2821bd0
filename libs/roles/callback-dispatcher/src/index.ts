export * from './callback-dispatcher-role.js';
