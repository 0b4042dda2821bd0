export { connectNats, type NatsConfig } from './connect-nats.js';
