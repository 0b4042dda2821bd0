/** What an author may say about an answer. */
export interface FunctionResultParts {
  /** 200 to 599; 200 when not given. */
  readonly status?: number;
  /** A header with several values is sent once for each, as `Set-Cookie` must be. */
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  /** Text, bytes, or an object that is sent as JSON; empty when not given. */
  readonly body?: string | Uint8Array | object;
}

/** An answer with a status and headers of its own. A class, so that no plain object can be taken for one. */
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

/** What a function returns: text, bytes, a result, an object for JSON, or nothing for an empty body. */
export type FunctionAnswer = string | Uint8Array | FunctionResult | object | void;
