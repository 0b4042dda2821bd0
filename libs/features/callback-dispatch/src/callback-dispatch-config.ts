import { positiveDuration } from '@later/job-schema';
import { z } from 'zod';

import { retrySchedule } from './retry-schedule.js';

const inFlight = z.coerce.number().int().min(1).max(10_000);

/** How a callback-dispatcher works. */
export const callbackDispatchConfig = z.object({
  CALLBACK_RETRY_SCHEDULE: retrySchedule.describe('How long a callback waits before its second, third … attempt'),
  CALLBACK_TIMEOUT: positiveDuration.prefault('15s').describe('How long one attempt at a callback may take, in all'),
  CALLBACK_MAX_IN_FLIGHT: inFlight.default(100).describe('Most callbacks a callback-dispatcher posts at once'),
  CALLBACK_MAX_IN_FLIGHT_PER_HOST: inFlight.default(10).describe('Most callbacks to one host it posts at once'),
  GATEWAY_URL: z
    .url({ protocol: /^https?$/ })
    .default('http://127.0.0.1:8080')
    .describe('Where callbacks to `http://gateway:8080/…` go'),
});

export type CallbackDispatchConfig = z.infer<typeof callbackDispatchConfig>;
