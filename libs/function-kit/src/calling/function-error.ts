/** A function throws it to answer with a status of 400 or above. The message is the body, and the caller reads it. */
export class FunctionError extends Error {
  readonly code = 'FUNCTION_ERROR';
  /** Headers of the answer, such as `{ 'Retry-After': '5' }` with a 503. */
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    readonly status: number,
    message: string,
    { headers = {}, cause }: { headers?: Readonly<Record<string, string>>; cause?: unknown } = {},
  ) {
    super(message, { cause });
    this.name = new.target.name;
    this.headers = headers;
  }
}
