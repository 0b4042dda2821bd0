/**
 * On podman, a network's bridge is its name server, and before netavark 1.9 a bridge changes its hardware address when a
 * container starts or stops (containers/netavark#833). Containers that know the old address get no answer for up to a
 * minute.
 */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';

import { ask, docker } from './engine.mjs';

/** A port that is never answered (RFC 863). */
const discard = 9;

/**
 * Sends a packet to an unused address on each network of a stack. The containers see its sender and learn the bridge's
 * new hardware address. Bridges of other engines do not change, and get no packet.
 */
export async function announceBridges(project) {
  if (!isPodman()) return;
  const filter = `label=com.docker.compose.project=${project}`;
  const ids = docker('network', 'ls', '--quiet', '--filter', filter).split('\n').filter(Boolean);
  if (ids.length === 0) return;
  const networks = JSON.parse(docker('network', 'inspect', ...ids));
  const subnets = networks.flatMap(({ IPAM }) => (IPAM?.Config ?? []).map(({ Subnet }) => Subnet));
  const socket = createSocket('udp4');
  // Where the engine runs in a machine of its own, its networks cannot be reached from here.
  socket.on('error', () => undefined);
  for (const address of subnets.map(lastAddressOf).filter(Boolean)) {
    await new Promise((resolve) => socket.send('', discard, address, resolve));
  }
  socket.close();
  await once(socket, 'close');
}

const isPodman = () => ask('docker', ['version', '--format', '{{json .Server.Components}}']).out.includes('Podman');

/** The last address for a host in an IPv4 subnet such as `10.89.0.0/24`; undefined in any other. */
export function lastAddressOf(subnet) {
  const [, address, bits] = /^(\d+\.\d+\.\d+\.\d+)\/(\d+)$/.exec(subnet ?? '') ?? [];
  if (address === undefined || Number(bits) > 30) return undefined;
  const first = address.split('.').reduce((number, byte) => number * 256 + Number(byte), 0);
  const last = first + 2 ** (32 - Number(bits)) - 2;
  return [24, 16, 8, 0].map((shift) => Math.floor(last / 2 ** shift) % 256).join('.');
}
