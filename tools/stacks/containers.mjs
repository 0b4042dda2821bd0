/** What `compose.containers.yml` needs to know of this machine's engine. */
import { statSync } from 'node:fs';

import { fail } from '../scripts/workspace.mjs';
import { containersOf, docker } from './engine.mjs';

/** For files that are only read. */
export const anyContainersEnvironment = { ENGINE_SOCKET: '/var/run/docker.sock', ENGINE_USER: '1000:1000' };

/** Where the engine's socket is, and the least that may open it: its group, or its owner where it has none. */
export function containersEnvironment() {
  const address = process.env.DOCKER_HOST ?? 'unix:///var/run/docker.sock';
  const path = /^unix:\/\/(\/.*)$/.exec(address)?.[1];
  if (!path)
    fail(
      `--containers with DOCKER_HOST=${address}`,
      'The overlay mounts a socket: it takes an engine at unix:///path.',
    );
  const { mode, uid, gid } = statSync(path);
  const byGroup = (mode & 0o060) === 0o060;
  return { ENGINE_SOCKET: path, ENGINE_USER: byGroup ? `1000:${gid}` : `${uid}:${gid}` };
}

/** Ends a provider that runs as root, and gives its files to the image's user, who could not read them. */
export function giveBackVolume(project) {
  const provider = containersOf(project).find(({ service, user }) => service === 'provider' && /^0(:|$)/.test(user));
  if (!provider) return;
  docker('stop', '--time', '40', provider.name);
  const asRoot = ['--user', '0:0', '--cap-drop', 'ALL', '--cap-add', 'CHOWN', '--cap-add', 'DAC_OVERRIDE'];
  const run = ['run', '--rm', '--network', 'none', ...asRoot, '--volume', `${project}_provider:/data`];
  docker(...run, provider.image, 'chown', '--recursive', '1000:1000', '/data');
}
