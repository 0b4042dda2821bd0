export * from './calling-agent.js';
export * from './deadline.js';
export * from './read-body.js';
export * from './request-target.js';
export * from './serve-raw.js';
export * from './forward-request.js';
export * from './function-target.js';
export * from './read-json.js';
