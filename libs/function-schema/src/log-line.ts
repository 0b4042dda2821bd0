/** A line in the answer to `GET /system/logs` (OpenFaaS contract, System). */
export interface FunctionLogLine {
  readonly name: string;
  readonly namespace: string;
  /** The instance that wrote the line. */
  readonly instance: string;
  /** RFC 3339. */
  readonly timestamp: string;
  readonly text: string;
}
