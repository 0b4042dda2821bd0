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

/** One process: what it reads from its environment, and how it starts. */
export interface Service<Sections extends ConfigSections> {
  readonly name: string;
  readonly config: Sections;
  start(config: ConfigOf<Sections>, running: RunningService): Promise<void>;
}

/** Lets the compiler tie `start` to `config`. */
export const defineService = <Sections extends ConfigSections>(service: Service<Sections>): Service<Sections> =>
  service;

/** What a role's HTTP side is made of. */
export interface HttpSide {
  readonly imports: NonNullable<ModuleMetadata['imports']>;
  readonly listen: {
    readonly HOST: string;
    readonly PORT: number;
    /** How long requests are still taken once the process is asked to stop, in ms. */
    readonly SHUTDOWN_DELAY?: number;
  };
  readonly checks?: readonly ReadinessCheck[];
  /** Comes before any route is there: what is hooked in here is asked about every request. */
  readonly before?: (fastify: FastifyInstance) => void;
  /** Comes once it listens: what it starts is stopped before the HTTP side. */
  readonly afterListen?: (app: NestFastifyApplication) => Promise<unknown>;
}

/** A process that is up: what was started last is stopped first. */
export class RunningService {
  #graceIsOver: AbortSignal | undefined;
  /** In ms of the monotonic clock; a service that fails to start is not asked to stop. */
  #stoppingSince = -Infinity;
  readonly #stops: { readonly what: string; readonly stop: () => Promise<void> }[] = [];

  constructor(
    private readonly root: Logger,
    readonly name: string,
    readonly process: ProcessConfig,
    /** Aborts when the process is asked to stop. */
    readonly stopping: AbortSignal,
  ) {
    const startGrace = (): void => {
      this.#stoppingSince = performance.now();
      this.#graceIsOver = AbortSignal.timeout(process.SHUTDOWN_GRACE);
    };
    stopping.addEventListener('abort', startGrace, { once: true });
  }

  /** The log of one of this process's roles. */
  log(role = this.name): Logger {
    return this.root.child({ role });
  }

  /** `stop` is called once, after everything that was started later has stopped. */
  onStop(what: string, stop: () => Promise<void>): void {
    this.#stops.push({ what, stop });
  }

  /** Serves a role's modules and its health, until the process stops. */
  async serve(role: string, { imports, listen, checks = [], before, afterListen }: HttpSide): Promise<Listening> {
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
    for (const { what, stop } of this.#stops.splice(0).reverse()) {
      log.debug({ what }, 'Stopping');
      await stop().catch((error: unknown) => log.error({ error, what }, 'Could not stop in order'));
    }
  }
}
