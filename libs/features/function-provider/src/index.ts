export * from './function-provider.module.js';
export * from './function-provider-config.js';
export * from './open-provider.js';
export * from './stack/index.js';
