/** The engine, by way of the programs that everybody has: docker, and either of its composes. */
import { spawnSync } from 'node:child_process';

import { fail, root } from '../scripts/workspace.mjs';

/** Runs a program to its end. @returns what it said, and whether it went well */
export function ask(command, args, options = {}) {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    ...options,
  });
  return { ok: status === 0, out: (stdout ?? '').trim(), said: (stderr ?? '').trim() || error?.message || '' };
}

/** What docker answers. @throws with what it said when it refuses */
export function docker(...args) {
  const { ok, out, said } = ask('docker', args);
  if (!ok) throw new Error(`docker ${args.join(' ')}: ${said}`);
  return out;
}

/** Whether an engine answers. */
export const isEngineThere = () => ask('docker', ['version', '--format', '{{.Server.Version}}']).ok;

/** Ends with a remedy unless there is an engine, and a compose to tell it what to run. */
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

/** Today's `docker compose`, or docker-compose 1.29 where that is what there is. */
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
      /** `healthy`, `unhealthy`, `starting`; absent where nothing checks it. */
      health: State.Health?.Status || undefined,
      networks: NetworkSettings.Networks,
      /** Where they are in the container. */
      mounts: Mounts.map(({ Destination }) => Destination),
    }),
  );
}

/** Whether a container does what it is there for, as far as the engine can tell. */
export const isWell = ({ running, health }) =>
  running && (health === undefined || health === '' || health === 'healthy');
