/** Numbers of calls by call id, as the witness counted them. */
export interface Counts {
  readonly underWay: number;
  readonly executed: Readonly<Record<string, number>>;
  readonly calledBack: Readonly<Record<string, number>>;
}

/** The result of the load that the witness put on the gateways. */
export interface Load {
  readonly sent: number;
  readonly answered: number;
  readonly passedOver: number;
  readonly failures: readonly string[];
  readonly seconds: number;
}

/** Asks the witness, which runs inside the stack: it is the function, the receiver of callbacks, and the load. */
export class WitnessClient {
  constructor(private readonly url: string) {}

  counts(): Promise<Counts> {
    return this.#ask('/counts') as Promise<Counts>;
  }

  startLoad(gateways: readonly string[], perSecond: number): Promise<unknown> {
    return this.#ask('/load/start', { gateways, perSecond });
  }

  load(): Promise<Load> {
    return this.#ask('/load') as Promise<Load>;
  }

  stopLoad(): Promise<Load> {
    return this.#ask('/load/stop') as Promise<Load>;
  }

  async #ask(path: string, body: unknown = {}): Promise<unknown> {
    const answer = await fetch(`${this.url}${path}`, {
      method: 'POST',
      // This process is blocked while a command of the engine runs: a kept connection may be closed by then.
      headers: { Connection: 'close' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(10_000),
    });
    return answer.json();
  }
}
