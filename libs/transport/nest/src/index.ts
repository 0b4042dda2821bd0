export * from './consume.js';
export * from './connect-backend.js';
export * from './transport-config.js';
export * from './transport-readiness.js';
export * from './transport-server.js';
export * from './open-backend.js';
export * from './serve-roles.js';
