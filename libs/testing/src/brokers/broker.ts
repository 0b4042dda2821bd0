/** A real message broker: a child process of the test, or an external one. */
export interface Broker {
  readonly url: string;
  /** The folder of its data; absent for an external broker. */
  readonly dataDir?: string;
  /** The reason why it cannot be killed or frozen; absent when it can. */
  readonly untouchable?: string;
  /** Ends it with SIGKILL. */
  kill(): Promise<void>;
  /** Starts it again after `kill`, on the same port and data. */
  restart(): Promise<void>;
  /** Suspends it with SIGSTOP: it accepts connections and does not answer. */
  freeze(): Promise<void>;
  /** Continues it with SIGCONT. */
  thaw(): Promise<void>;
  /** Ends it and deletes its data. */
  stop(): Promise<void>;
}

/** How to start one kind of broker. */
export interface BrokerProgram {
  readonly command: string;
  readonly debianPackage: string;
  /** The environment variable with the URL of an external broker to use instead. */
  readonly urlVariable: 'NATS_URL' | 'REDIS_URL';
  readonly args: (place: { port: number; dataDir: string; name: string }) => readonly string[];
  readonly url: (port: number) => string;
  /** Resolves true when the started child listens on the port and is ready. */
  readonly isReady: (place: { port: number; name: string; pid: number }) => Promise<boolean>;
}
