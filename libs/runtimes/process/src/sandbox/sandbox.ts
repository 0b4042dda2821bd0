import type { Readable, Writable } from 'node:stream';

/** A process to be started: no shell is between. */
export interface Command {
  /** The first is an absolute path. */
  readonly argv: readonly string[];
  /** All of its environment. */
  readonly env: Readonly<Record<string, string>>;
  /** `ignored` is an input that ends at once. */
  readonly input: 'piped' | 'ignored';
}

/** How a process ended: with its own status, or by a signal. */
export type Ending =
  { readonly kind: 'exited'; readonly status: number } | { readonly kind: 'killed'; readonly signal: NodeJS.Signals };

/** A process, and all that it started. */
export interface Launched {
  /** Null when the input is ignored. */
  readonly stdin: Writable | null;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Resolves once it and all that it started have ended; what they printed may still be unread. */
  readonly ended: Promise<Ending>;
  /** Asks it to end. */
  terminate(): void;
  /** Ends it and all that it started, whatever they do against it. Resolves once they have ended. */
  kill(): Promise<void>;
  /** The pids, as this process sees them, of all that runs. */
  processes(): Promise<readonly number[]>;
}

/** @throws what the system says when it cannot start the process */
export type Launch = (command: Command) => Promise<Launched>;

/** A way of keeping hold of all that a process starts. */
export interface Sandbox {
  /** For the log. */
  readonly name: string;
  /**
   * Makes ready for the processes of one instance: they find these files under `/var/openfaas/secrets`.
   * @throws with why that cannot be
   */
  prepare(secrets: ReadonlyMap<string, string>): Promise<Launch>;
}
