export * from './describe-transport.js';
export type { Backend, DriverUnderTest } from './driver-under-test.js';
