/** A real message broker, run as a child of the test. */
export interface Broker {
  readonly url: string;
  /** Where it keeps its data; absent when it is somebody else's. */
  readonly dataDir?: string;
  /** Why it cannot be killed or frozen, e.g. because it is somebody else's; absent when it can. */
  readonly untouchable?: string;
  /** SIGKILL. */
  kill(): Promise<void>;
  /** Starts it again where it was, on the same data, after `kill`. */
  restart(): Promise<void>;
  /** SIGSTOP: it takes connections and never answers. */
  freeze(): Promise<void>;
  /** SIGCONT. */
  thaw(): Promise<void>;
  /** Ends it and removes its data. */
  stop(): Promise<void>;
}

/** What it takes to run one kind of broker. */
export interface BrokerProgram {
  readonly command: string;
  readonly debianPackage: string;
  /** The variable that names a broker to use instead of starting one. */
  readonly urlVariable: 'NATS_URL' | 'REDIS_URL';
  readonly args: (place: { port: number; dataDir: string; name: string }) => readonly string[];
  readonly url: (port: number) => string;
  /** Resolves true when what listens on the port is the child that was started, and is ready. */
  readonly isReady: (place: { port: number; name: string; pid: number }) => Promise<boolean>;
}
