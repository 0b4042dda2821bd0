export { connectEmbedded, type EmbeddedConfig } from './connect.js';
