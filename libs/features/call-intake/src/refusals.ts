import { printable, type Refusal } from '@later/http-kit';

/** `Retry-After` while a service that the gateway needs is away, in s. */
const whenBack = { 'Retry-After': '5' };
/** `Retry-After` while the gateway has too many calls, in s. */
const soon = { 'Retry-After': '1' };

/** Every answer of the gateway to a call that is not the function's. */
export const refusals = {
  noName: (): Refusal => ({ status: 404, text: 'No function is named: call /function/NAME or /async-function/NAME.' }),
  badName: (name: string): Refusal => ({
    status: 404,
    text: `"${printable(name)}" cannot be a function's name: only a-z, A-Z, 0-9, "-", "_" and "." can be in one.`,
  }),
  unknownFunction: (name: string): Refusal => ({ status: 404, text: `Function "${name}" is not deployed here.` }),
  badCallId: (fault: string): Refusal => ({ status: 400, text: `X-Call-Id: ${fault}.` }),
  badCallbackUrl: (fault: string): Refusal => ({ status: 400, text: `X-Callback-Url: ${fault}.` }),
  badTimeout: (given: string): Refusal => ({
    status: 400,
    text: `X-Timeout: expected a duration above 0 such as 500ms, 10s or 5m, or seconds, received "${printable(given)}".`,
  }),
  onlyPost: (): Refusal => ({
    status: 405,
    text: 'Call /async-function/NAME with POST.',
    headers: { Allow: 'POST' },
  }),
  // The connection stays open: a client that still sends its body would never read the answer otherwise.
  tooLarge: (maxBytes: number): Refusal => ({ status: 413, text: `The body is over the limit of ${maxBytes} bytes.` }),
  notStored: (reason: string): Refusal => ({
    status: 503,
    text: `The call was not accepted: ${reason}`,
    headers: whenBack,
  }),
  intakeFull: (reason: string): Refusal => ({
    status: 503,
    text: `The call was not accepted: ${reason}. Try again soon.`,
    headers: soon,
  }),
  /** @param status 502 for a synchronous call, 503 for an asynchronous one: as when the transport is away */
  cannotLookUp: (name: string, status: 502 | 503): Refusal => ({
    status,
    text: `Function "${name}" cannot be looked up: the provider of functions is away. Try again soon.`,
    headers: whenBack,
  }),
  notUp: (name: string): Refusal => ({
    status: 503,
    text: `Function "${name}" has no instance that can be called, and none came up in time. Try again soon.`,
    headers: whenBack,
  }),
  unreachable: (name: string): Refusal => ({ status: 502, text: `Function "${name}" cannot be reached.` }),
  tooSlow: (name: string, ms: number): Refusal => ({
    status: 504,
    text: `Function "${name}" did not answer within ${ms} ms.`,
  }),
};
