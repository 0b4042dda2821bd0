/** What is wrong with one field of what somebody sent. */
export interface Fault {
  /** Where it stands: `['labels', 'com.openfaas.scale.min']`. */
  readonly path: readonly string[];
  readonly message: string;
}
