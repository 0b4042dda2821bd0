export { type ImageCatalogue, type KnownImage } from './image-catalogue.js';
export { modes, type Mode } from './mode.js';
export { processRuntime, type ProcessRuntimeOptions } from './process-runtime.js';
