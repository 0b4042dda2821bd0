import { setTimeout as delay } from 'node:timers/promises';

import type { ModuleMetadata } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';

import type { ConfigOf, ConfigSections } from './config/read-config.js';
import type { ProcessConfig } from './config/sections.js';
import { HealthModule } from './http/health.module.js';
import type { ReadinessCheck } from './http/readiness.js';
import { serve, type Listening } from './http/serve.js';
import type { Logger } from './logger.js';

/** A process: the variables that it reads, and how it starts. */
export interface Service<Sections extends ConfigSections> {
  readonly name: string;
  readonly config: Sections;
  start(config: ConfigOf<Sections>, running: RunningService): Promise<void>;
}

/** Gives `start` the type of the parsed `config`. */
export const defineService = <Sections extends ConfigSections>(service: Service<Sections>): Service<Sections> =>
  service;

/** The parts of a role's HTTP server. */
export interface HttpServerOptions {
  readonly imports: NonNullable<ModuleMetadata['imports']>;
  readonly listen: {
    readonly HOST: string;
    readonly PORT: number;
    /** How long requests are still accepted after a stop signal, in ms. */
    readonly SHUTDOWN_DELAY?: number;
  };
  readonly checks?: readonly ReadinessCheck[];
  /** Runs before the first route is registered, so that its hooks see every request. */
  readonly before?: (fastify: FastifyInstance) => void;
  /** Runs when the server listens. Its stop functions run before the server closes. */
  readonly afterListen?: (app: NestFastifyApplication) => Promise<unknown>;
}

/** A running process. Its parts stop in the reverse order of their start. */
export class RunningService {
  #graceIsOver: AbortSignal | undefined;
  /** In ms of the monotonic clock; -Infinity until there is a stop signal, and when the service fails to start. */
  #stoppingSince = -Infinity;
  readonly #stops: { readonly part: string; readonly stop: () => Promise<void> }[] = [];

  constructor(
    private readonly root: Logger,
    readonly name: string,
    readonly process: ProcessConfig,
    /** Aborts at the stop signal. */
    readonly stopping: AbortSignal,
  ) {
    const startGrace = (): void => {
      this.#stoppingSince = performance.now();
      this.#graceIsOver = AbortSignal.timeout(process.SHUTDOWN_GRACE);
    };
    stopping.addEventListener('abort', startGrace, { once: true });
  }

  /** The log of one role of this process. */
  log(role = this.name): Logger {
    return this.root.child({ role });
  }

  /** Registers a stop function. It is called once, after every function that is registered later. */
  onStop(part: string, stop: () => Promise<void>): void {
    this.#stops.push({ part, stop });
  }

  /** Serves a role's modules and its health endpoints until the process stops. */
  async serve(
    role: string,
    { imports, listen, checks = [], before, afterListen }: HttpServerOptions,
  ): Promise<Listening> {
    const log = this.log(role);
    const listening = await serve(log, [...imports, HealthModule.of(this.stopping, checks)], listen, before);
    this.onStop(role, async () => {
      await delay(Math.max(0, this.#stoppingSince + (listen.SHUTDOWN_DELAY ?? 0) - performance.now()));
      await listening.close(this.#graceIsOver);
    });
    await afterListen?.(listening.app);
    log.info({ url: listening.url }, 'Listening');
    return listening;
  }

  async stopAll(): Promise<void> {
    const log = this.log();
    for (const { part, stop } of this.#stops.splice(0).reverse()) {
      log.debug({ part }, 'Stopping');
      await stop().catch((error: unknown) => log.error({ error, part }, 'Could not stop in order'));
    }
  }
}
