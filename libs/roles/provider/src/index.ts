export * from './provider-config.js';
export * from './start-provider.js';
