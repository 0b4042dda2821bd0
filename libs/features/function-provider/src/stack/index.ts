export * from './follow-stack-file.js';
