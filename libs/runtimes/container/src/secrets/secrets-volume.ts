import { readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';

import type { MountSettings } from 'dockerode';
import { pack } from 'tar-stream';

import { unlessGone, type Engine } from '../engine/engine.js';

/** Where a function finds its secrets (OpenFaaS watchdog). */
const secretsDirectory = '/var/openfaas/secrets';

export interface SecretsVolume {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** An image that the engine has; nothing of it is run. */
  readonly image: string;
  /** Name to the file that holds it. */
  readonly secrets: ReadonlyMap<string, string>;
}

/**
 * Writes secrets, as they are now, into a volume, through the engine's socket alone: the provider may run in a
 * container itself, where its files are none of the engine's. A container that is never started carries them in.
 * @param renewal 0 for the first time, and so on
 */
export async function carryIn(engine: Engine, volume: SecretsVolume, renewal: number): Promise<void> {
  const { name, labels, image, secrets } = volume;
  const files = await Promise.all([...secrets].map(async ([secret, path]) => [secret, await readFile(path)] as const));
  const carrier = await engine.createContainer({
    name: carrierOf(name),
    Image: image,
    // An image may have no command of its own, and an engine wants one even for what it never starts.
    Cmd: ['none'],
    Labels: { ...labels },
    HostConfig: { NetworkMode: 'none', Mounts: [secretsMount(name, { readOnly: false })] },
  });
  try {
    await carrier.putArchive(archiveOf(files, renewal), { path: secretsDirectory });
  } finally {
    await unlessGone(carrier.remove({ force: true, v: true }));
  }
}

/** Removes a volume that may not be there, with what carried its content in. */
export async function removeSecretsVolume(engine: Engine, name: string): Promise<void> {
  await unlessGone(engine.getContainer(carrierOf(name)).remove({ force: true, v: true }));
  await unlessGone(engine.getVolume(name).remove());
}

/** How a container sees the volume. */
export const secretsMount = (name: string, { readOnly }: { readonly readOnly: boolean }): MountSettings => ({
  Type: 'volume',
  Source: name,
  Target: secretsDirectory,
  ReadOnly: readOnly,
  // What an image has in that directory is not to be among the secrets.
  VolumeOptions: { NoCopy: true, Labels: {}, DriverConfig: { Name: 'local', Options: {} } },
});

const carrierOf = (volume: string): string => `${volume}-carrier`;

/**
 * Secrets in the layout of a volume of Kubernetes: `api-key` leads to `.data/api-key`, and `.data` to one of two slots.
 * An engine writes a file by removing it first; so what a function may be reading is never written, and a single link
 * changes from all that was to all that is.
 */
function archiveOf(files: readonly (readonly [name: string, bytes: Buffer])[], renewal: number): Readable {
  const slot = renewal % 2 === 0 ? '.a' : '.b';
  const archive = pack();
  const owner = { uid: 0, gid: 0 };
  archive.entry({ name: slot, type: 'directory', mode: 0o755, ...owner });
  // For whoever the image runs as: nobody else is in the container.
  for (const [name, bytes] of files) archive.entry({ name: `${slot}/${name}`, mode: 0o444, ...owner }, bytes);
  archive.entry({ name: '.data', type: 'symlink', linkname: slot, ...owner });
  // These stay as they are from the first time on.
  if (renewal === 0)
    for (const [name] of files) archive.entry({ name, type: 'symlink', linkname: `.data/${name}`, ...owner });
  archive.finalize();
  return Readable.from(archive, { objectMode: false });
}
