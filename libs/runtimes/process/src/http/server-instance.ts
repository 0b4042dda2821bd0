import { setTimeout as delay } from 'node:timers/promises';

import { callingAgent, passOn } from '@later/http-kit';
import type { InstanceCall, InstanceUsage } from '@later/runtime-contract';

import { describeEnding } from '../classic/verdict.js';
import type { Launched } from '../sandbox/sandbox.js';
import type { ProcessInstance } from '../process-instance.js';
import { UsageMeter } from '../usage-meter.js';

/** How long a server that was asked to end may take for it. */
const graceMs = 2_000;

export interface StartedServer {
  readonly id: string;
  readonly url: URL;
  readonly launched: Launched;
  /** Gives its port back. */
  readonly release: () => void;
}

/** An instance that is a server, which all calls are passed on to. */
export class ServerInstance implements ProcessInstance {
  readonly id: string;
  readonly ended: Promise<string>;
  readonly gone: Promise<void>;
  readonly #http = callingAgent();
  readonly #meter = new UsageMeter();
  #over = false;
  #stopping: Promise<void> | undefined;

  constructor(private readonly server: StartedServer) {
    this.id = server.id;
    const ended = Promise.withResolvers<string>();
    this.ended = ended.promise;
    this.gone = server.launched.ended.then(async (ending) => {
      // By now its port may be another's.
      this.#over = true;
      server.release();
      if (!this.#stopping) ended.resolve(`The function's server ended: ${describeEnding(ending)}`);
      await this.#http.destroy();
    });
  }

  async answer(call: InstanceCall): Promise<void> {
    if (!this.#over) return passOn(this.#http, this.server.url, call);
    call.request.resume();
    call.response.writeHead(502, { 'Content-Type': 'text/plain; charset=utf-8' });
    call.response.end("The function's server has ended.\n");
  }

  usage(): Promise<InstanceUsage> {
    return this.#meter.measure([this.server.launched]);
  }

  stop(): Promise<void> {
    return (this.#stopping ??= this.#stop());
  }

  async #stop(): Promise<void> {
    const { launched } = this.server;
    const ended = new AbortController();
    void this.gone.then(() => ended.abort());
    if (!this.#over) launched.terminate();
    await delay(graceMs, undefined, { signal: ended.signal }).catch(() => undefined);
    await launched.kill();
    await this.gone;
  }
}
