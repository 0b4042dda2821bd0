import { describeProcessRuntime } from './testing/process-harness.js';

// The pairs of mode and sandbox that the `process-runtime*.int.spec.ts` files leave out.
describeProcessRuntime('classic', 'process groups');
describeProcessRuntime('streaming', 'best');
describeProcessRuntime('http', 'process groups');
