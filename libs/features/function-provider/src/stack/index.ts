export * from './follow-stack-file.js';
export * from './invalid-stack-error.js';
