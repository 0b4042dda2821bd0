import { fileURLToPath } from 'node:url';

export { abandonInstance } from './abandon-instance.js';
export { CallableInstance } from './callable-instance.js';
export { describeRuntime, type Skipped } from './describe-runtime.js';
export type { Behaviour, RuntimeHarness } from './runtime-harness.js';

/** The path of the program that implements every behaviour of the suite: `node PATH BEHAVIOUR [FILE]`. */
export const conformanceFunction = fileURLToPath(new URL('./conformance-function.mjs', import.meta.url));
