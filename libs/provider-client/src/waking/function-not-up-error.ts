/** A function without instances did not start in time. A later attempt may succeed. */
export class FunctionNotUpError extends Error {
  readonly code = 'FUNCTION_NOT_UP';

  constructor(
    readonly functionName: string,
    /** A clause about the function: `it is not deployed any more`. */
    readonly reason: string,
  ) {
    super(`Function "${functionName}" did not come up: ${reason}. Its log says more: faas-cli logs ${functionName}`);
    this.name = new.target.name;
  }
}
