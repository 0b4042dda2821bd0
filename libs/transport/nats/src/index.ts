export { connectNats, type NatsConfig } from './connect.js';
