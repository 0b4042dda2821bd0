import type { IncomingMessage, ServerResponse } from 'node:http';

import type { Deployment, Fault } from '@later/function-schema';

/** Everything that a runtime needs to start one instance. */
export interface InstanceSpec {
  /** Unique among all instances, past and present; every line of the instance's log carries it. */
  readonly id: string;
  readonly deployment: Deployment;
  /** Maps the name of each secret to the file that holds it. The content of a file may change while the instance runs. */
  readonly secrets: ReadonlyMap<string, string>;
  /** Writes one line, without its line break, to the instance's log. */
  readonly log: (text: string) => void;
}

/** One call to an instance. Its body is unread; the runtime reads it. */
export interface InstanceCall {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** The part of the URL's path after the function's name, still percent-encoded; `/` when it is empty. */
  readonly path: string;
  /** The raw query without the `?`; empty when the URL has no query. */
  readonly query: string;
  /** The longest time from the start of the call to the end of its response, in ms. */
  readonly timeoutMs: number;
}

/** The resources that an instance uses. */
export interface InstanceUsage {
  /** Average processor use since the last `usage()`, in thousandths of one processor. */
  readonly cpuMilli: number;
  readonly memoryBytes: number;
}

/** One running copy of a function, ready for calls. */
export interface Instance {
  readonly id: string;
  /** Resolves with the reason when the instance ends by itself. Never resolves when `stop()` ended it. */
  readonly ended: Promise<string>;
  /**
   * Answers one call with the function's response, with 502 when the function cannot be reached, or with 504 when it is
   * too slow. Resolves when the response is written or its connection has closed. Never rejects because of the
   * function or the client.
   */
  answer(call: InstanceCall): Promise<void>;
  usage(): Promise<InstanceUsage>;
  /** Ends the instance and every process it started, by force if necessary. May be called twice. */
  stop(): Promise<void>;
}

/** One way of running functions. It starts and stops instances; the provider decides which, when and how many. */
export interface Runtime {
  /**
   * Whether functions run outside this provider's control. An instance is then only a connection: the provider does not
   * scale the function automatically, and a new instance never has to wait until the old one has ended.
   */
  readonly runsElsewhere: boolean;
  /** Lists every reason why this runtime can never run this many instances of the deployment; empty when it can. */
  faultsOf(deployment: Deployment, replicas: number): readonly Fault[];
  /** The most instances of the deployment that can run at the same time; `Infinity` when the runtime sets no limit. */
  mostReplicas(deployment: Deployment): number;
  /**
   * Starts an instance; resolves once it can be called.
   * @param signal aborts when the instance is no longer needed
   * @throws Error whose message says, in one line for the function's log, why the instance could not start. A failed
   *   start leaves nothing running
   */
  start(spec: InstanceSpec, signal: AbortSignal): Promise<Instance>;
  /** Ends every instance that a crashed provider left running. Called once, before the first start. */
  sweep(): Promise<void>;
  /** Ends every running instance and releases the runtime's resources. */
  close(): Promise<void>;
}
