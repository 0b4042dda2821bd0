import type { Readable, Writable } from 'node:stream';

/** A program to start directly, without a shell. */
export interface Command {
  /** The program's absolute path, then its arguments. */
  readonly argv: readonly string[];
  /** The complete environment. */
  readonly env: Readonly<Record<string, string>>;
  /** `ignored` gives the program an empty standard input. */
  readonly input: 'piped' | 'ignored';
}

/** How a process ended: with an exit status, or by a signal. */
export type Ending =
  { readonly kind: 'exited'; readonly status: number } | { readonly kind: 'killed'; readonly signal: NodeJS.Signals };

/** A started process and all its descendants. */
export interface LaunchedProcess {
  /** Null when the input is ignored. */
  readonly stdin: Writable | null;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Resolves once the process and its descendants have ended; their last output may still be unread. */
  readonly ended: Promise<Ending>;
  /** Sends SIGTERM. */
  terminate(): void;
  /** Kills the process and its descendants. Resolves once they have ended. */
  kill(): Promise<void>;
  /** The pids of the running processes, as this process sees them. */
  processes(): Promise<readonly number[]>;
}

/** @throws the system's error when the process cannot be started */
export type Launch = (command: Command) => Promise<LaunchedProcess>;

/** One way of starting processes so that all their descendants can be found and ended. */
export interface Sandbox {
  /** Shown in the log. */
  readonly name: string;
  /**
   * Prepares for the processes of one instance, which find these secret files under `/var/openfaas/secrets`.
   * @throws when the files cannot be shown there
   */
  prepare(secrets: ReadonlyMap<string, string>): Promise<Launch>;
}
