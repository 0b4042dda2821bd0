/** Speaks to the engine with the programs `docker` and `docker compose` or docker-compose. */
import { spawnSync } from 'node:child_process';

import { fail, root } from '../scripts/workspace.mjs';

/** Runs a program to its end. @returns its output, and whether its status is 0 */
export function ask(command, args, options = {}) {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    ...options,
  });
  return { ok: status === 0, out: (stdout ?? '').trim(), said: (stderr ?? '').trim() || error?.message || '' };
}

/** Runs docker. @returns its output @throws with its output when its status is not 0 */
export function docker(...args) {
  const { ok, out, said } = ask('docker', args);
  if (!ok) throw new Error(`docker ${args.join(' ')}: ${said}`);
  return out;
}

/** Whether an engine answers. */
export const isEngineThere = () => ask('docker', ['version', '--format', '{{.Server.Version}}']).ok;

/** Ends the process with a remedy unless an engine and a compose program exist. */
export function requireEngine() {
  if (!ask('docker', ['--version']).ok) {
    fail('there is no docker', 'Install Docker, or Podman with its docker command, and try again.');
  }
  const { ok, said } = ask('docker', ['version', '--format', '{{.Server.Version}}']);
  if (!ok) {
    const where = process.env.DOCKER_HOST ?? 'unix:///var/run/docker.sock';
    fail(`no container engine answers at ${where}`, `Start it, or set DOCKER_HOST to where it listens.\n${said}`);
  }
  composeCommand();
}

let found;

/** `docker compose` 2, or else docker-compose 1.29. */
function composeCommand() {
  found ??= [['docker', 'compose'], ['docker-compose']].find(
    ([command, ...args]) => ask(command, [...args, 'version']).ok,
  );
  return (
    found ?? fail('there is no compose', 'Install the plugin of docker, "docker compose", or docker-compose 1.29.')
  );
}

/** Runs compose on a stack. Its files are read with `environment` besides the settings. */
export function compose({ project, files, environment = {} }, args, { quiet = false } = {}) {
  const [command, ...first] = composeCommand();
  const all = [...first, '-p', project, ...files.flatMap((file) => ['-f', file]), ...args];
  const env = { ...process.env, COMPOSE_PROJECT_NAME: project, ...environment };
  return ask(command, all, { env, stdio: quiet ? 'pipe' : 'inherit' });
}

/** The containers of a stack, as the engine knows them. */
export function containersOf(project) {
  const ids = docker('ps', '--all', '--quiet', '--filter', `label=com.docker.compose.project=${project}`);
  if (ids === '') return [];
  return JSON.parse(docker('inspect', ...ids.split('\n'))).map(
    ({ Id: id, Name: name, State, Config, Mounts, NetworkSettings }) => ({
      id,
      name: name.replace(/^\//, ''),
      service: Config.Labels['com.docker.compose.service'],
      image: Config.Image,
      user: Config.User,
      running: State.Running,
      startedAt: Date.parse(State.StartedAt),
      /** `healthy`, `unhealthy`, `starting`; absent without a health check. */
      health: State.Health?.Status || undefined,
      networks: NetworkSettings.Networks,
      /** Paths in the container. */
      mounts: Mounts.map(({ Destination }) => Destination),
    }),
  );
}

/** Whether a container is healthy, or running if it has no health check. */
export const isWell = ({ running, health }) =>
  running && (health === undefined || health === '' || health === 'healthy');
