import type { Failure } from './protocol.js';

/** Primary result codes, https://www.sqlite.org/rescode.html; the low byte of the extended ones. */
const [busy, locked, full] = [5, 6, 13];

/** Whether another process has the lock that is needed. */
export function isBusy(error: unknown): boolean {
  const code = primaryCode(error);
  return code === busy || code === locked;
}

/** What a failed request means to whoever asked: only what SQLite reported is the database's fault. */
export function failureOf(error: unknown): Failure {
  const code = primaryCode(error);
  if (code === full) return 'full';
  return code === undefined ? 'defect' : 'unavailable';
}

function primaryCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('errcode' in error)) return undefined;
  return Number(error.errcode) & 0xff;
}
