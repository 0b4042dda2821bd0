import { describeProcessRuntime } from './testing/process-harness.js';

// Each mode that forks and each sandbox are tested once; the proof tests the other two pairs.
describeProcessRuntime('classic', 'best');
describeProcessRuntime('streaming', 'process groups');
