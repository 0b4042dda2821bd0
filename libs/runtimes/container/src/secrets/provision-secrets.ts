import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';

import { watch, type FSWatcher } from 'chokidar';

import { reasonOf, type Engine } from '../engine/engine.js';
import { carryIn, type SecretsVolume } from './secrets-volume.js';

/** How soon a change that could not be carried in is tried again. */
const tryAgainMs = 5_000;

/**
 * Makes a volume that holds secrets, and keeps it as they are until it is disposed of.
 * @param report takes why a change could not be carried in; until it can, the function has the secrets it had
 */
export async function provisionSecrets(
  engine: Engine,
  volume: SecretsVolume,
  report: (text: string) => void,
): Promise<AsyncDisposable> {
  await engine.createVolume({ Name: volume.name, Labels: { ...volume.labels } });
  const watcher = watch([...volume.secrets.values()], { ignoreInitial: true });
  const followed = new FollowedSecrets(engine, volume, watcher, report);
  try {
    // Watched before they are read: no change falls between the two.
    await once(watcher, 'ready');
    await followed.carryFirst();
    return followed;
  } catch (error) {
    await followed[Symbol.asyncDispose]();
    throw error;
  }
}

class FollowedSecrets implements AsyncDisposable {
  readonly #disposed = new AbortController();
  /** One after the other, as they are carried in. */
  #carrying = Promise.resolve();
  #waits = false;
  #renewals = 0;

  constructor(
    private readonly engine: Engine,
    private readonly volume: SecretsVolume,
    private readonly watcher: FSWatcher,
    private readonly report: (text: string) => void,
  ) {
    watcher.on('add', () => this.#follow()).on('change', () => this.#follow());
  }

  carryFirst(): Promise<void> {
    const first = this.#carrying.then(() => carryIn(this.engine, this.volume, 0));
    this.#carrying = first.catch(() => undefined);
    return first;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#disposed.abort();
    await this.watcher.close();
    await this.#carrying;
  }

  /** Changes that come while another waits go with it. */
  #follow(): void {
    if (this.#waits) return;
    this.#waits = true;
    this.#carrying = this.#carrying.then(async () => {
      this.#waits = false;
      await this.#renew();
    });
  }

  async #renew(): Promise<void> {
    const { signal } = this.#disposed;
    this.#renewals++;
    while (!signal.aborted) {
      try {
        return await carryIn(this.engine, this.volume, this.#renewals);
      } catch (error) {
        this.report(`The secrets could not be renewed: ${reasonOf(error)}`);
        await delay(tryAgainMs, undefined, { signal }).catch(() => undefined);
      }
    }
  }
}
