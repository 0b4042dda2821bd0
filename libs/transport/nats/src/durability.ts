import { DurabilityError, type Durability } from '@later/transport-contract';

/** A level that DURABILITY can require. */
export type RequiredDurability = Exclude<Durability, 'unknown'>;

/** The first release that can write to disk before each answer. */
const canSyncAlways = [2, 10, 23] as const;

/**
 * The durability of the server's file storage. It survives a kill. It survives a power cut only with
 * `sync_interval: always`, a setting that the server does not report to its clients.
 * @throws DurabilityError when the server certainly gives less than required
 */
export function durabilityOf(version: string, required: RequiredDurability): Durability {
  if (required !== 'power') return 'crash';
  if (isAtLeast(version, canSyncAlways)) return 'unknown';
  throw new DurabilityError(
    `nats-server ${version}`,
    required,
    `Run nats-server >= ${canSyncAlways.join('.')} with "sync_interval: always", or set DURABILITY=crash.`,
  );
}

/** The error for a server without JetStream, which stores nothing. */
export function jetStreamIsOff(required: RequiredDurability, url: string): DurabilityError {
  return new DurabilityError(
    'JetStream switched off',
    required,
    `Start the nats-server at NATS_URL (${url}) with -js -sd DIRECTORY.`,
  );
}

function isAtLeast(version: string, wanted: readonly number[]): boolean {
  const parts = version.split(/[.-]/).map(Number);
  for (const [index, want] of wanted.entries()) {
    const have = parts[index] ?? 0;
    if (have !== want) return have > want;
  }
  return true;
}
