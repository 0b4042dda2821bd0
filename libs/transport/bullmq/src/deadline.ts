import { setTimeout as delay } from 'node:timers/promises';

/** What `promise` gives, or a rejection after `ms`. What comes later is ignored. */
export async function within<T>(ms: number, promise: Promise<T>): Promise<T> {
  const settled = new AbortController();
  const late = delay(ms, undefined, { signal: settled.signal }).then(() => {
    throw new Error(`Redis did not answer within ${ms} ms`);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    settled.abort();
  }
}
