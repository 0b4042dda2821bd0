export * from './function-directory.js';
export * from './function-routing-config.js';
export * from './invalid-registry-error.js';
export * from './registry-file.js';
export * from './upstream-path.js';
export * from './open-directory.js';
