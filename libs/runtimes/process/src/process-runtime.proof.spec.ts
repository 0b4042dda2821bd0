import { describeProcessRuntime } from './testing/process-harness.js';

// The pairs of mode and sandbox that `process-runtime.int.spec.ts` leaves out.
describeProcessRuntime('classic', 'process groups');
describeProcessRuntime('streaming', 'best');
