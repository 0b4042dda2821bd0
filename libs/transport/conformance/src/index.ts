export { describeTransport, type Guarantee, type Skips } from './describe-transport.js';
export type { BackendUnderTest, DriverUnderTest } from './driver-under-test.js';
