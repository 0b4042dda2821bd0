import { fileURLToPath } from 'node:url';

export { abandonInstance } from './abandon-instance.js';
export { Callable } from './callable.js';
export { describeRuntime, type Skipped } from './describe-runtime.js';
export type { Behaviour, Stage } from './runtime-under-test.js';

/** The path of the program that shows every behaviour of the suite: `node PATH BEHAVIOUR [FILE]`. */
export const conformanceFunction = fileURLToPath(new URL('./a-function.mjs', import.meta.url));
