export { containerRuntimeConfig, type ContainerRuntimeConfig } from './runtimes/container/index.js';
export * from './function-provider-config.js';
export { InvalidStackError } from './stack/index.js';
export * from './start-provider.js';
