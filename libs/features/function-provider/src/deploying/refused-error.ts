/** What was asked for cannot be done, and why, for who asked to read; nothing was changed. */
export class RefusedError extends Error {
  constructor(
    /** The HTTP status that says so. */
    readonly status: 404 | 409,
    readonly code: 'NOT_FOUND' | 'CONFLICT',
    message: string,
  ) {
    super(message);
    this.name = new.target.name;
  }
}

export const unknown = (what: string): RefusedError => new RefusedError(404, 'NOT_FOUND', `${what} does not exist.`);

export const conflict = (why: string): RefusedError => new RefusedError(409, 'CONFLICT', why);
