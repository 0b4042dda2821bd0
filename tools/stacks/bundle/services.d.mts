/** Every app that is an image, and where it listens when nothing else is said. */
export declare const portOf: Readonly<
  Record<'gateway' | 'provider' | 'queue-worker' | 'callback-dispatcher' | 'functions' | 'standalone', number>
>;
export declare const apps: readonly string[];
