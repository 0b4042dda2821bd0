import { callbackEnvelope, type Callback } from '@later/job-schema';
import type { Logger } from '@later/service-kit';
import { deadLetter, leave, retry, type Delivery, type Outcome } from '@later/transport-contract';

import { settleCallback, type CallbackRetrySchedule } from './callback-retry-policy.js';
import { callbackTarget } from './callback-target.js';
import { postCallback, type PostCallback } from './post-callback.js';

/** A callback in a newer envelope version is offered again after this time, until a newer dispatcher takes it. */
const leaveForNewerMs = 60_000;

export interface SendCallback extends PostCallback {
  readonly schedule: CallbackRetrySchedule;
  readonly gatewayUrl: string;
  readonly log: Logger;
}

/** Handles one delivery of the callbacks queue: posts the result and decides the outcome. */
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
  // Only the origin is logged: path and query may contain a caller's secrets.
  const log = dispatcher.log.child({ callId, function: functionName, attempt, to: target.origin });
  try {
    const posted = await postCallback(dispatcher, { callback, target, signal });
    const outcome = settleCallback(dispatcher.schedule, attempt, posted, new Date());
    const result = posted.kind === 'failed' ? { failure: posted.reason } : { status: posted.status };
    if (outcome.kind === 'ack') log.info(result, 'Posted result');
    if (outcome.kind === 'retry') log.warn({ ...result, afterMs: outcome.afterMs }, 'Could not post result');
    if (outcome.kind === 'dead-letter') log.error({ ...result, reason: outcome.reason }, 'Dead letter');
    return outcome;
  } catch (error) {
    if (!signal.aborted) throw error;
    log.warn({ reason: String(signal.reason) }, 'Given back');
    return retry(0);
  }
}
