import { setTimeout as delay } from 'node:timers/promises';

import { callbackEnvelope, queueNames, type Callback } from '@later/job-schema';
import type { Logger } from '@later/service-kit';
import { MessageTooLargeError, TransportError, type Message } from '@later/transport-contract';

/** The part of a transport that handing over a callback needs. */
export interface CallbackPublisher {
  publish(queue: string, message: Message): Promise<void>;
}

/** While the transport is away, the job cannot be settled either: so publishing is repeated after this time. */
const republishAfterMs = 500;

/**
 * Publishes a callback and resolves once it is stored. While the transport is away, publishing is repeated: otherwise
 * the function would have to run again.
 * @throws the signal's reason when it aborts
 */
export async function handOverCallback(
  callbacks: CallbackPublisher,
  callback: Callback,
  { signal, log }: { readonly signal: AbortSignal; readonly log: Logger },
): Promise<void> {
  for (let publishing = 1; ; publishing++) {
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
      if (publishing === 1) log.warn({ reason: error.message }, 'The result cannot be handed over yet');
      await delay(republishAfterMs, undefined, { signal });
    }
  }
}

/** The lane is the host, so that a host that does not answer delays only its own callbacks. */
const messageOf = (callback: Callback): Message => ({
  id: callback.id,
  lane: new URL(callback.url).host,
  body: callbackEnvelope.seal(callback),
});

/** Tells the caller that its call has ended, without the result. */
const withoutBody = (callback: Callback): Callback => ({
  ...callback,
  status: 502,
  headers: [],
  body: new Uint8Array(),
});
