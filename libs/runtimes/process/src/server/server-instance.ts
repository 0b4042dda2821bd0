import { setTimeout as delay } from 'node:timers/promises';

import { callingAgent, forwardCall, writeRefusal } from '@later/http-kit';
import type { InstanceCall, InstanceUsage } from '@later/runtime-contract';

import type { ProcessInstance } from '../process-instance.js';
import { ProcessUsageMeter } from '../process-usage-meter.js';
import { describeEnding } from '../sandbox/describe-ending.js';
import type { LaunchedProcess } from '../sandbox/sandbox.js';

export interface StartedServer {
  readonly id: string;
  readonly url: URL;
  readonly launched: LaunchedProcess;
  /** How long the server may take to end after SIGTERM. */
  readonly graceMs: number;
  readonly releasePort: () => void;
}

/** An instance that is a server: every call is passed on to it. */
export class ServerInstance implements ProcessInstance {
  readonly id: string;
  readonly ended: Promise<string>;
  readonly terminated: Promise<void>;
  readonly #http = callingAgent();
  readonly #meter = new ProcessUsageMeter();
  #hasEnded = false;
  #stopping: Promise<void> | undefined;

  constructor(private readonly server: StartedServer) {
    this.id = server.id;
    const ended = Promise.withResolvers<string>();
    this.ended = ended.promise;
    this.terminated = server.launched.ended.then(async (ending) => {
      // No call may be sent from here on: another server may get the same port.
      this.#hasEnded = true;
      server.releasePort();
      if (!this.#stopping) ended.resolve(`The function's server ended: ${describeEnding(ending)}`);
      await this.#http.destroy();
    });
  }

  async answer(call: InstanceCall): Promise<void> {
    if (!this.#hasEnded) return forwardCall(this.#http, this.server.url, call);
    call.request.resume();
    writeRefusal(call.response, { status: 502, text: "The function's server has ended." });
  }

  usage(): Promise<InstanceUsage> {
    return this.#meter.measure([this.server.launched]);
  }

  stop(): Promise<void> {
    return (this.#stopping ??= this.#stop());
  }

  async #stop(): Promise<void> {
    const { launched, graceMs } = this.server;
    const ended = new AbortController();
    void this.terminated.then(() => ended.abort());
    if (!this.#hasEnded) launched.terminate();
    await delay(graceMs, undefined, { signal: ended.signal }).catch(() => undefined);
    await launched.kill();
    await this.terminated;
  }
}
