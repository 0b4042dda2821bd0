export * from './consume.js';
export * from './connect-transport.js';
export * from './transport-config.js';
export * from './transport-readiness.js';
export * from './transport-server.js';
export * from './open-transport.js';
