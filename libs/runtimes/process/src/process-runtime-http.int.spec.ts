import { describeProcessRuntime } from './testing/process-harness.js';

// A file of its own, so that it runs beside `process-runtime.int.spec.ts`.
describeProcessRuntime('http', 'best');
