import { Inject, Injectable } from '@nestjs/common';

/** What must answer before this process may be sent work; what it returns is shown by `/readyz`. */
export interface ReadinessCheck {
  readonly name: string;
  check(): Promise<Readonly<Record<string, unknown>>>;
}

export const READINESS_CHECKS = Symbol('readiness checks');
export const STOPPING = Symbol('aborts when the process is asked to stop');

export interface ReadinessReport {
  readonly ready: boolean;
  readonly details: Readonly<Record<string, unknown>>;
}

/** Red from the moment the process is asked to stop, and while anything it needs is away. */
@Injectable()
export class Readiness {
  constructor(
    @Inject(READINESS_CHECKS) private readonly checks: readonly ReadinessCheck[],
    @Inject(STOPPING) private readonly stopping: AbortSignal,
  ) {}

  async report(): Promise<ReadinessReport> {
    const outcomes = await Promise.all(this.checks.map((each) => this.#outcomeOf(each)));
    const details = Object.fromEntries(outcomes.map(({ name, details: found }) => [name, found]));
    if (this.stopping.aborted) return { ready: false, details: { ...details, stopping: true } };
    return { ready: outcomes.every(({ ready }) => ready), details };
  }

  async #outcomeOf(needed: ReadinessCheck) {
    const { name } = needed;
    try {
      return { name, ready: true, details: await needed.check() };
    } catch (error) {
      return { name, ready: false, details: { error: error instanceof Error ? error.message : String(error) } };
    }
  }
}
