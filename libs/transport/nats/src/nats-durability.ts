import { DurabilityError, type Durability } from '@later/transport-contract';

type Asked = Exclude<Durability, 'unknown'>;

/** The first release that can sync every write before it answers. */
const canSyncAlways = [2, 10, 23] as const;

/**
 * What a server's file storage gives. A kill loses nothing; a power cut does, unless the server runs with
 * `sync_interval: always`, which it does not tell its clients.
 * @throws DurabilityError when that is surely less than what was asked for
 */
export function durabilityOf(version: string, asked: Asked): Durability {
  if (asked !== 'power') return 'crash';
  if (isAtLeast(version, canSyncAlways)) return 'unknown';
  throw new DurabilityError(
    `nats-server ${version}`,
    asked,
    `Run nats-server >= ${canSyncAlways.join('.')} with "sync_interval: always", or set DURABILITY=crash.`,
  );
}

/** JetStream is off, so nothing can be stored at all. */
export function jetStreamIsOff(asked: Asked, url: string): DurabilityError {
  return new DurabilityError(
    'JetStream switched off',
    asked,
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
