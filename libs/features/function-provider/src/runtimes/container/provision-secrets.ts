import { once } from 'node:events';

import { watch, type FSWatcher } from 'chokidar';

import { reasonOf, type Engine } from './engine.js';
import { carryIn, type SecretsVolume } from './secrets-volume.js';

/** A volume of secrets that follows the files it was made from until it is disposed of. */
export type ProvisionedSecrets = AsyncDisposable;

/**
 * Makes a volume that holds secrets, and keeps it as they are.
 * @param report takes why a change could not be carried in; the function then has the secrets it had
 */
export async function provisionSecrets(
  engine: Engine,
  volume: SecretsVolume,
  report: (text: string) => void,
): Promise<ProvisionedSecrets> {
  await engine.createVolume({ Name: volume.name, Labels: { ...volume.labels } });
  const watcher = watch([...volume.secrets.values()], { ignoreInitial: true });
  const following = new FollowedSecrets(engine, volume, watcher, report);
  try {
    // Watched before they are read: no change falls between the two.
    await once(watcher, 'ready');
    await carryIn(engine, volume);
    return following;
  } catch (error) {
    await following[Symbol.asyncDispose]();
    throw error;
  }
}

class FollowedSecrets implements ProvisionedSecrets {
  #carrying = Promise.resolve();
  #changed = false;

  constructor(
    private readonly engine: Engine,
    private readonly volume: SecretsVolume,
    private readonly watcher: FSWatcher,
    private readonly report: (text: string) => void,
  ) {
    watcher.on('add', () => this.#follow()).on('change', () => this.#follow());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.watcher.close();
    await this.#carrying;
  }

  /** Several changes while one is carried in are carried in together. */
  #follow(): void {
    if (this.#changed) return;
    this.#changed = true;
    this.#carrying = this.#carrying.then(async () => {
      this.#changed = false;
      await carryIn(this.engine, this.volume).catch((error: unknown) =>
        this.report(`The secrets could not be renewed: ${reasonOf(error)}`),
      );
    });
  }
}
