export * from './describe-transport.js';
export type { BackendUnderTest, DriverUnderTest } from './driver-under-test.js';
