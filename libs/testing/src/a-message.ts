import { randomUUID } from 'node:crypto';

import type { Message } from '@later/transport-contract';

/** A message with all that a test does not care about filled in. */
export function aMessage(overrides: Partial<Message> = {}): Message {
  return { id: randomUUID(), lane: 'figlet', body: Buffer.from('body'), ...overrides };
}
