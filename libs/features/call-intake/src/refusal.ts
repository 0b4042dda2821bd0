/** An answer that is no result of the function: why a call was not taken, for its caller to read. */
export interface Refusal {
  readonly status: number;
  readonly text: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** How soon a caller should come back when what we need is away, in s. */
const comeBackAfterSeconds = '5';
/** How soon when there is too much at once, in s. */
const soonAfterSeconds = '1';

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
  // The rest of the body is thrown away, not cut off: a client that still writes would never see the answer.
  tooLarge: (maxBytes: number): Refusal => ({ status: 413, text: `The body is over the limit of ${maxBytes} bytes.` }),
  brokeOff: (): Refusal => ({ status: 400, text: 'The body broke off before its end.' }),
  notStored: (why: string): Refusal => ({
    status: 503,
    text: `The call was not accepted: ${why}`,
    headers: { 'Retry-After': comeBackAfterSeconds },
  }),
  tooMany: (why: string): Refusal => ({
    status: 503,
    text: `The call was not accepted: ${why}. Try again soon.`,
    headers: { 'Retry-After': soonAfterSeconds },
  }),
  /** @param status 502 for who wants an answer now, 503 for who wants it later: as without a transport */
  cannotLookUp: (name: string, status: 502 | 503): Refusal => ({
    status,
    text: `Function "${name}" cannot be looked up: the provider of functions is away. Try again soon.`,
    headers: { 'Retry-After': comeBackAfterSeconds },
  }),
  notUp: (name: string): Refusal => ({
    status: 503,
    text: `Function "${name}" has no instance that can be called, and none came up in time. Try again soon.`,
    headers: { 'Retry-After': comeBackAfterSeconds },
  }),
  unreachable: (name: string): Refusal => ({ status: 502, text: `Function "${name}" cannot be reached.` }),
  tooSlow: (name: string, ms: number): Refusal => ({
    status: 504,
    text: `Function "${name}" did not answer within ${ms} ms.`,
  }),
};

/** Names come from strangers and are shown in terminals. */
const printable = (name: string): string => name.slice(0, 100).replaceAll(/[^\x20-\x7e]/g, '?');
