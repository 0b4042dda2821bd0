import { readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';

import type { MountSettings } from 'dockerode';
import { pack } from 'tar-stream';

import { ignoreMissing, removeContainer } from '../engine/engine-requests.js';
import type { Engine } from '../engine/engine.js';

/** The directory of a function's secrets (OpenFaaS watchdog). */
const secretsDirectory = '/var/openfaas/secrets';

export interface SecretsVolume {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Any image that the engine has; it is not run. */
  readonly image: string;
  /** The file of each secret, by the secret's name. */
  readonly secrets: ReadonlyMap<string, string>;
}

/**
 * Writes the current content of secrets into a volume. Only the engine's socket is used, because a provider in a
 * container has no files in common with the engine: the files are uploaded to a container that is never started.
 * @param version 0 for the first write, then 1 more for each write
 */
export async function writeSecrets(engine: Engine, volume: SecretsVolume, version: number): Promise<void> {
  const { name, labels, image, secrets } = volume;
  const files = await Promise.all([...secrets].map(async ([secret, path]) => [secret, await readFile(path)] as const));
  const carrier = await engine.createContainer({
    name: carrierNameOf(name),
    Image: image,
    // An image may define no command, and an engine requires one even for a container that is never started.
    Cmd: ['none'],
    Labels: { ...labels },
    HostConfig: { NetworkMode: 'none', Mounts: [secretsMount(name, { readOnly: false })] },
  });
  try {
    await carrier.putArchive(packSecrets(files, version), { path: secretsDirectory });
  } finally {
    await removeContainer(carrier);
  }
}

/** Removes a volume, which may be missing, and a carrier container that was left behind. */
export async function removeSecretsVolume(engine: Engine, name: string): Promise<void> {
  await removeContainer(engine.getContainer(carrierNameOf(name)));
  await ignoreMissing(engine.getVolume(name).remove());
}

/** How the volume is mounted in a container. */
export const secretsMount = (name: string, { readOnly }: { readonly readOnly: boolean }): MountSettings => ({
  Type: 'volume',
  Source: name,
  Target: secretsDirectory,
  ReadOnly: readOnly,
  // Otherwise the engine copies the image's files of that directory among the secrets.
  VolumeOptions: { NoCopy: true, Labels: {}, DriverConfig: { Name: 'local', Options: {} } },
});

const carrierNameOf = (volume: string): string => `${volume}-carrier`;

/**
 * Packs secrets in the layout of a Kubernetes volume: `api-key` links to `.data/api-key`, and `.data` links to one of two
 * slots. An engine deletes a file before it writes it again, so only the slot that is not in use is written, and then the
 * one link `.data` changes all secrets at once.
 */
function packSecrets(files: readonly (readonly [name: string, bytes: Buffer])[], version: number): Readable {
  const slot = version % 2 === 0 ? '.a' : '.b';
  const archive = pack();
  const owner = { uid: 0, gid: 0 };
  archive.entry({ name: slot, type: 'directory', mode: 0o755, ...owner });
  // Readable by every user: the image may run as any user, and the container has no other program.
  for (const [name, bytes] of files) archive.entry({ name: `${slot}/${name}`, mode: 0o444, ...owner }, bytes);
  archive.entry({ name: '.data', type: 'symlink', linkname: slot, ...owner });
  // The links of the secrets never change after the first write.
  if (version === 0)
    for (const [name] of files) archive.entry({ name, type: 'symlink', linkname: `.data/${name}`, ...owner });
  archive.finalize();
  return Readable.from(archive, { objectMode: false });
}
