import type { IncomingMessage, ServerResponse } from 'node:http';

import type { Deployment, Fault, RuntimeName } from '@later/function-schema';

/** What an instance is started from. */
export interface InstanceSpec {
  /** Unique among all instances there ever were; goes into the lines of its log. */
  readonly id: string;
  readonly deployment: Deployment;
  /** Its secrets: name to the file that holds it. The files may change their content while the instance runs. */
  readonly secrets: ReadonlyMap<string, string>;
  /** Takes a line of the instance's log, without its line break. */
  readonly log: (text: string) => void;
}

/** One call on its way to an instance, nothing of its body read yet. */
export interface InstanceCall {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** What came after the function's name, percent-encoding untouched; `/` when nothing did. */
  readonly path: string;
  /** Raw, without the `?`; empty when there was none. */
  readonly query: string;
  /** For all of it, in ms. */
  readonly timeoutMs: number;
}

/** What an instance takes of its machine. */
export interface InstanceUsage {
  /** Processors in use, in thousandths of one, since the instance was last asked. */
  readonly cpuMilli: number;
  readonly memoryBytes: number;
}

/** A function that runs and can be called. */
export interface Instance {
  readonly id: string;
  /** Resolves with why the instance ended by itself: it is of no use any more. Never when it was stopped. */
  readonly ended: Promise<string>;
  /**
   * Answers one call, as the function does or with why it did not: 502 when it cannot be reached, 504 when it is too
   * slow. Resolves once the response is written, or broken off; never rejects for what a function or a client does.
   */
  answer(call: InstanceCall): Promise<void>;
  usage(): Promise<InstanceUsage>;
  /** Ends it with all that it started, whatever that does against it. May be called twice. */
  stop(): Promise<void>;
}

/** One way of running a function. Mechanism only: how many instances, when and of what is decided above. */
export interface Runtime {
  readonly name: RuntimeName;
  /** What keeps this runtime from ever running this many instances of a deployment; empty when nothing does. */
  faultsOf(deployment: Deployment, replicas: number): readonly Fault[];
  /**
   * Starts an instance; resolves once it can be called.
   * @param signal aborts when it is not wanted any more
   * @throws with why it could not start, in a line for the function's log; nothing of it is left then
   */
  start(spec: InstanceSpec, signal: AbortSignal): Promise<Instance>;
  /** Ends what a provider that died has left running. Called once, before the first start. */
  sweep(): Promise<void>;
  /** Ends all that still runs, and lets go of what it holds. */
  close(): Promise<void>;
}
