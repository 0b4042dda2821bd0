/** The parts of an answer that an author may set. */
export interface FunctionResultParts {
  /** 200 to 599; 200 when not given. */
  readonly status?: number;
  /** A header with several values is sent once per value, as `Set-Cookie` requires. */
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  /** Text, bytes, or an object that is sent as JSON; empty when not given. */
  readonly body?: string | Uint8Array | object;
}

/** An answer with its own status and headers. It is a class, so that a plain object is never mistaken for it. */
export class FunctionResult {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: string | Uint8Array | object | undefined;

  constructor({ status = 200, headers = {}, body }: FunctionResultParts) {
    this.status = status;
    this.headers = headers;
    this.body = body;
  }
}

/** The return value of a function: text, bytes, a result, an object for JSON, or nothing for an empty body. */
export type FunctionAnswer = string | Uint8Array | FunctionResult | object | void;
