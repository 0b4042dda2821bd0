/** A function without instances that did not come up in time. Trying again later may help. */
export class FunctionNotUpError extends Error {
  readonly code = 'FUNCTION_NOT_UP';

  constructor(
    readonly functionName: string,
    why: string,
  ) {
    super(`Function "${functionName}" did not come up: ${why}. Its log says more: faas-cli logs ${functionName}`);
    this.name = new.target.name;
  }
}
