import { Inject, Injectable } from '@nestjs/common';

/** A check that must succeed before this process may receive work. `/readyz` shows its result. */
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

/** Not ready from the moment the process is asked to stop, and while a check fails. */
@Injectable()
export class Readiness {
  constructor(
    @Inject(READINESS_CHECKS) private readonly checks: readonly ReadinessCheck[],
    @Inject(STOPPING) private readonly stopping: AbortSignal,
  ) {}

  async report(): Promise<ReadinessReport> {
    const outcomes = await Promise.all(this.checks.map((each) => this.#outcomeOf(each)));
    const details = Object.fromEntries(outcomes.map(({ name, details: shown }) => [name, shown]));
    if (this.stopping.aborted) return { ready: false, details: { ...details, stopping: true } };
    return { ready: outcomes.every(({ ready }) => ready), details };
  }

  async #outcomeOf(check: ReadinessCheck) {
    const { name } = check;
    try {
      return { name, ready: true, details: await check.check() };
    } catch (error) {
      return { name, ready: false, details: { error: error instanceof Error ? error.message : String(error) } };
    }
  }
}
