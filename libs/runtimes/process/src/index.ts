export { findImage, readImageCatalogue, type ImageCatalogue, type KnownImage } from './images/image-catalogue.js';
export { InvalidCatalogueError } from './images/invalid-catalogue-error.js';
export { modes, type Mode } from './mode.js';
export { processRuntime, type ProcessRuntimeOptions } from './process-runtime.js';
