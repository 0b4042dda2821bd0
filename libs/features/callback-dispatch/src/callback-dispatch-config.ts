import { positiveDuration } from '@later/job-schema';
import { z } from 'zod';

import { callbackRetrySchedule } from './callback-retry-policy.js';

const inFlight = z.coerce.number().int().min(1).max(10_000);

/** The settings of a callback-dispatcher. */
export const callbackDispatchConfig = z.object({
  CALLBACK_RETRY_SCHEDULE: callbackRetrySchedule.describe(
    'How long a callback waits before its second, third … attempt',
  ),
  CALLBACK_TIMEOUT: positiveDuration
    .prefault('15s')
    .describe('How long one attempt to post a callback may take, in all'),
  CALLBACK_MAX_IN_FLIGHT: inFlight.default(100).describe('The most callbacks that a callback-dispatcher posts at once'),
  CALLBACK_MAX_IN_FLIGHT_PER_HOST: inFlight
    .default(10)
    .describe('The most callbacks that it posts to one host at once'),
  GATEWAY_URL: z
    .url({ protocol: /^https?$/ })
    .default('http://127.0.0.1:8080')
    .describe('The gateway to which callbacks for `http://gateway:8080/…` are posted'),
});

export type CallbackDispatchConfig = z.infer<typeof callbackDispatchConfig>;
