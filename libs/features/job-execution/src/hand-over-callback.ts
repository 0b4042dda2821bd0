import { setTimeout as delay } from 'node:timers/promises';

import { callbackEnvelope, queueNames, type Callback } from '@later/job-schema';
import type { Logger } from '@later/service-kit';
import { MessageTooLargeError, TransportError, type Message } from '@later/transport-contract';

/** The one thing of a transport that handing over takes. */
export interface CallbackPublisher {
  publish(queue: string, message: Message): Promise<void>;
}

/** How soon to try again when the transport is away: its job cannot be settled before it is back either. */
const tryAgainMs = 500;

/**
 * Resolves once the callback is stored. While the transport is away it keeps trying: giving up would mean to run the
 * function again.
 * @throws the signal's reason when it aborts
 */
export async function handOverCallback(
  callbacks: CallbackPublisher,
  callback: Callback,
  { signal, log }: { readonly signal: AbortSignal; readonly log: Logger },
): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      return await callbacks.publish(queueNames.callbacks, messageOf(callback));
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof TransportError)) throw error;
      if (error instanceof MessageTooLargeError && callback.body.length > 0) {
        log.error({ reason: error.message }, 'The result is too large for the transport: posting 502 without it');
        callback = withoutBody(callback);
        continue;
      }
      if (tries === 1) log.warn({ reason: error.message }, 'The result cannot be handed over yet');
      await delay(tryAgainMs, undefined, { signal });
    }
  }
}

/** The host is the lane: one that is dead delays only its own callbacks. */
const messageOf = (callback: Callback): Message => ({
  id: callback.id,
  lane: new URL(callback.url).host,
  body: callbackEnvelope.seal(callback),
});

/** The caller learns that its call is over, if not with what. */
const withoutBody = (callback: Callback): Callback => ({
  ...callback,
  status: 502,
  headers: [],
  body: new Uint8Array(),
});
