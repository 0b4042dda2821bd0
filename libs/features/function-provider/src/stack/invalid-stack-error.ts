/** Every fault of a stack file in one message, a line each. */
export class InvalidStackError extends Error {
  /** The same as for variables: a process that cannot start with it ends in the same way. */
  readonly code = 'INVALID_CONFIGURATION';

  constructor(path: string, faults: readonly string[], options?: ErrorOptions) {
    super([`Invalid ${path}:`, ...faults.map((fault) => `  - ${fault}`)].join('\n'), options);
    this.name = new.target.name;
  }
}
