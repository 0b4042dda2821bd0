import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';

import { watch, type FSWatcher } from 'chokidar';

import { engineReasonOf, type Engine } from '../engine/engine.js';
import { writeSecrets, type SecretsVolume } from './secrets-volume.js';

/** How long a failed renewal waits before its next attempt. */
const retryAfterMs = 5_000;

/**
 * Creates a volume with secrets, and renews its content when a secret's file changes, until it is disposed of.
 * @param report receives the reason when a renewal fails; the function keeps the old secrets meanwhile
 */
export async function provisionSecrets(
  engine: Engine,
  volume: SecretsVolume,
  report: (text: string) => void,
): Promise<AsyncDisposable> {
  await engine.createVolume({ Name: volume.name, Labels: { ...volume.labels } });
  const watcher = watch([...volume.secrets.values()], { ignoreInitial: true });
  const renewal = new SecretsRenewal(engine, volume, watcher, report);
  try {
    // The watcher starts before the files are read, so that no change is missed between the two.
    await once(watcher, 'ready');
    await renewal.writeFirst();
    return renewal;
  } catch (error) {
    await renewal[Symbol.asyncDispose]();
    throw error;
  }
}

class SecretsRenewal implements AsyncDisposable {
  readonly #disposed = new AbortController();
  /** Writes run one after the other. */
  #lastWrite = Promise.resolve();
  #isScheduled = false;
  #version = 0;

  constructor(
    private readonly engine: Engine,
    private readonly volume: SecretsVolume,
    private readonly watcher: FSWatcher,
    private readonly report: (text: string) => void,
  ) {
    watcher.on('add', () => this.#schedule()).on('change', () => this.#schedule());
  }

  writeFirst(): Promise<void> {
    const first = this.#lastWrite.then(() => writeSecrets(this.engine, this.volume, 0));
    this.#lastWrite = first.catch(() => undefined);
    return first;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#disposed.abort();
    await this.watcher.close();
    await this.#lastWrite;
  }

  /** One renewal writes all changes that happen before it begins. */
  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    this.#lastWrite = this.#lastWrite.then(async () => {
      this.#isScheduled = false;
      await this.#renew();
    });
  }

  async #renew(): Promise<void> {
    const { signal } = this.#disposed;
    this.#version++;
    while (!signal.aborted) {
      try {
        return await writeSecrets(this.engine, this.volume, this.#version);
      } catch (error) {
        this.report(`The secrets could not be renewed: ${engineReasonOf(error)}`);
        await delay(retryAfterMs, undefined, { signal }).catch(() => undefined);
      }
    }
  }
}
