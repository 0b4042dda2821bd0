export * from './deadline.js';
export * from './read-body.js';
