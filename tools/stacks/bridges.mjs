/**
 * On podman, names are asked for at the address of a network's bridge, and before netavark 1.9 a bridge changes its
 * hardware address as containers come and go (containers/netavark#833): who asked before goes on asking the old one, and
 * hears nothing for up to a minute.
 */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';

import { ask, docker } from './engine.mjs';

/** A port that is never answered (RFC 863). */
const discard = 9;

/**
 * Has the machine ask a stack's networks for an address that nobody there has. All containers hear who asks, and learn
 * where the bridge is now. Other engines' bridges stay as they are, and are left alone.
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
