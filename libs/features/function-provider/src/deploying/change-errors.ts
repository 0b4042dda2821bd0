/** The function, secret or namespace that a request names does not exist; nothing was changed. */
export class NotFoundError extends Error {
  readonly code = 'NOT_FOUND';
  readonly status = 404;

  /** @param subject such as `Function "figlet.openfaas-fn"` */
  constructor(subject: string) {
    super(`${subject} does not exist.`);
    this.name = new.target.name;
  }
}

/** A change contradicts the provider's state, for example a secret that exists already; nothing was changed. */
export class ConflictError extends Error {
  readonly code = 'CONFLICT';
  readonly status = 409;

  constructor(message: string) {
    super(message);
    this.name = new.target.name;
  }
}
