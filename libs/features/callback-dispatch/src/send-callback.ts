import { callbackEnvelope, type Callback } from '@later/job-schema';
import type { Logger } from '@later/service-kit';
import { deadLetter, leave, retry, type Delivery, type Outcome } from '@later/transport-contract';

import { callbackTarget } from './callback-target.js';
import { postCallback, type PostCallback } from './post-callback.js';
import type { RetrySchedule } from './retry-schedule.js';
import { settleCallback } from './settle-callback.js';

/** A callback that only a newer version can read waits this long between looks, for a newer dispatcher to take it. */
const leaveForNewerMs = 60_000;

export interface SendCallback extends PostCallback {
  readonly schedule: RetrySchedule;
  readonly gatewayUrl: string;
  readonly log: Logger;
}

/** One delivery of the callbacks queue: posts the result and decides the outcome. */
export async function sendCallback(dispatcher: SendCallback, delivery: Delivery): Promise<Outcome> {
  const opened = callbackEnvelope.open(delivery.body);
  switch (opened.kind) {
    case 'ok':
      return sendOpened(dispatcher, delivery, opened.content);
    case 'newer':
      dispatcher.log.warn({ id: delivery.id, version: opened.version }, 'Left for a newer dispatcher');
      return leave(leaveForNewerMs);
    case 'garbage':
      dispatcher.log.error({ id: delivery.id, reason: opened.reason }, 'Not a callback');
      return deadLetter(opened.reason);
  }
}

async function sendOpened(
  dispatcher: SendCallback,
  { attempt, signal }: Delivery,
  callback: Callback,
): Promise<Outcome> {
  const target = callbackTarget(callback.url, dispatcher.gatewayUrl);
  const { callId, functionName } = callback;
  // The URL's path and query may hold a caller's secrets; its host is enough to follow a callback.
  const log = dispatcher.log.child({ callId, function: functionName, attempt, to: target.origin });
  try {
    const posted = await postCallback(dispatcher, { callback, target, signal });
    const outcome = settleCallback(dispatcher.schedule, attempt, posted, new Date());
    const found = posted.kind === 'failed' ? { failure: posted.why } : { status: posted.status };
    if (outcome.kind === 'ack') log.info(found, 'Posted result');
    if (outcome.kind === 'retry') log.warn({ ...found, afterMs: outcome.afterMs }, 'Could not post result');
    if (outcome.kind === 'dead-letter') log.error({ ...found, reason: outcome.reason }, 'Dead letter');
    return outcome;
  } catch (error) {
    if (!signal.aborted) throw error;
    log.warn({ reason: String(signal.reason) }, 'Given back');
    return retry(0);
  }
}
