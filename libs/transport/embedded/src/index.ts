export { connectEmbedded, type EmbeddedConfig } from './connect-embedded.js';
