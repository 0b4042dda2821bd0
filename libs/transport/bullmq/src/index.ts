export { connectBullMq, type BullMqConfig } from './connect.js';
