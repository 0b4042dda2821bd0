import { describeProcessRuntime } from './testing/process-harness.js';

// Every mode and every sandbox. The other two pairs differ in no code of their own; the proof runs them.
describeProcessRuntime('classic', 'best');
describeProcessRuntime('streaming', 'process groups');
describeProcessRuntime('http', 'best');
describeProcessRuntime('http', 'process groups');
