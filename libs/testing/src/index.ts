export * from './a-message.js';
export type { Broker, BrokerProgram } from './brokers/broker.js';
export { natsServer } from './brokers/nats-server.js';
export { redisServer } from './brokers/redis-server.js';
export { startBroker } from './brokers/start-broker.js';
export * from './eventually.js';
export * from './free-port.js';
export * from './gate.js';
export * from './recording-server.js';
