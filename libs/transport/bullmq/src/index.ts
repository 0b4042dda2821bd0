export { connectBullMq, type BullMqConfig } from './connect-bullmq.js';
