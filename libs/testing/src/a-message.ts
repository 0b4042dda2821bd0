import { randomUUID } from 'node:crypto';

import type { Message } from '@later/transport-contract';

/** Makes a message with defaults for every field. */
export function aMessage(overrides: Partial<Message> = {}): Message {
  return { id: randomUUID(), lane: 'figlet', body: Buffer.from('body'), ...overrides };
}
