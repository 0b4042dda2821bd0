/** A line of a function's log, as `GET /system/logs` has it (OpenFaaS contract, System). */
export interface FunctionLogLine {
  readonly name: string;
  readonly namespace: string;
  /** Which of its instances wrote it. */
  readonly instance: string;
  /** RFC 3339. */
  readonly timestamp: string;
  readonly text: string;
}
