import { Controller, Inject } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import { queueNames } from '@later/job-schema';
import type { Delivery, Outcome } from '@later/transport-contract';

import { sendCallback, type SendCallback } from './send-callback.js';

export const CALLBACK_DISPATCH = Symbol('dependencies of callback dispatch');

/** Receives the deliveries of the callbacks queue. */
@Controller()
export class CallbackController {
  constructor(@Inject(CALLBACK_DISPATCH) private readonly dispatcher: SendCallback) {}

  @EventPattern(queueNames.callbacks)
  send(@Payload() delivery: Delivery): Promise<Outcome> {
    return sendCallback(this.dispatcher, delivery);
  }
}
