/** A function without instances that did not come up in time. Trying again later may help. */
export class FunctionNotUpError extends Error {
  readonly code = 'FUNCTION_NOT_UP';

  constructor(
    readonly functionName: string,
    /** In the words of a sentence whose subject is the function, or one of its own. */
    readonly why: string,
  ) {
    super(`Function "${functionName}" did not come up: ${why}. Its log says more: faas-cli logs ${functionName}`);
    this.name = new.target.name;
  }
}
