// An entry of its own: only apps on Nest load Nest.
export * from './refusing/refusals.filter.js';
