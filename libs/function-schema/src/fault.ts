/** A fault in one field of a request. */
export interface Fault {
  /** The field, such as `['labels', 'com.openfaas.scale.min']`. */
  readonly path: readonly string[];
  readonly message: string;
}
