import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';

import { root } from '../../scripts/workspace.mjs';
import { announceBridges } from '../bridges.mjs';
import { ask, compose, containersOf, docker } from '../engine.mjs';
import { passwordFile } from '../password.mjs';
import { settings } from '../settings.mjs';
import { stackOf } from '../stacks.mjs';
import { ensure, until } from './checks.mjs';

/** So few that calls wait: workers hold all they can when one is killed. */
export const perWorker = 10;

/** What our services and the brokers write at the level of a warning and above. */
const complaint = /"level":"(warn|error|fatal)"|\[(WRN|ERR|FTL)\]|^\d+:\w .* # /;

const stacks = join(root, 'tools', 'stacks');

/** A port that nobody listens on at this moment. */
const freePort = () =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });

/** A stack apart from any that may be up here, on ports of its own. It is brought up and down by the commands people use. */
export class ProvenStack {
  static async of(name) {
    const [gatewayPort, witnessPort] = [await freePort(), await freePort()];
    return new ProvenStack(name, gatewayPort, witnessPort);
  }

  constructor(name, gatewayPort, witnessPort) {
    this.name = name;
    this.gatewayUrl = `http://127.0.0.1:${gatewayPort}`;
    this.witnessUrl = `http://127.0.0.1:${witnessPort}`;
    this.environment = {
      LATER_PROJECT: 'later-proof',
      GATEWAY_PORT: String(gatewayPort),
      GATEWAY_ADDRESS: '127.0.0.1',
      GATEWAY_URL: this.gatewayUrl,
      // A dead worker's jobs start elsewhere after this.
      ACK_WAIT: '3s',
      MAX_IN_FLIGHT: String(perWorker),
      WITNESS_PORT: String(witnessPort),
      WITNESS_FOLDER: join(stacks, 'proof', 'witness'),
      PROOF_TRANSPORT: name,
    };
    // What is named by it here must be what the commands name by it.
    this.project = `${this.environment.LATER_PROJECT}-${name}`;
    this.broker = stackOf(name).broker;
    this.files = [stackOf(name).file, join(stacks, 'proof', 'compose.yml')];
  }

  /** Runs a command of the repository as `npm run` would. @throws with the end of what it printed when it fails */
  run(script, ...args) {
    return new Promise((resolve, reject) => {
      const env = { ...process.env, ...this.environment };
      const child = spawn(process.execPath, [join(stacks, script), ...args], {
        cwd: root,
        env,
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      let said = '';
      for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += chunk));
      child.on('close', (code) => {
        if (code === 0) resolve(said);
        else reject(new Error(`${script} ended with ${code}: ${said.trim().split('\n').slice(-12).join('\n')}`));
      });
    });
  }

  async up() {
    await this.run('up.mjs', this.name);
    const containers = containersOf(this.project);
    const took = containers
      .filter(({ service }) => service !== this.broker)
      .map(({ service, id, startedAt }) => `${service} ${listeningAfter(id, startedAt)} ms`);
    return `${containers.length} containers; from start to listening, all at once: ${took.toSorted().join(', ')}`;
  }

  down(...args) {
    return this.run('down.mjs', this.name, ...args);
  }

  /** Adds the witness and the second gateway to what is up. */
  async bringWitness() {
    const asked = ['up', '--detach', '--no-deps', '--no-recreate', 'witness', 'gateway-2'];
    const { ok, said } = compose({ project: this.project, files: this.files, environment: this.environment }, asked, {
      quiet: true,
    });
    ensure(ok, said);
    await announceBridges(this.project);
    await until('the witness answers', 20_000, () => this.witness('/counts').catch(() => undefined));
    await until('the second gateway is well', 20_000, () => this.container('gateway-2')?.health === 'healthy');
  }

  container(service, index = 0) {
    return containersOf(this.project)
      .filter((each) => each.service === service)
      .toSorted((a, b) => (a.name < b.name ? -1 : 1))[index];
  }

  /** The last that its containers complained of, in lines. */
  complaints() {
    return containersOf(this.project).flatMap(({ name, running, health }) => {
      const { out, said } = ask('docker', ['logs', '--tail', '200', name]);
      const lines = `${out}\n${said}`.split('\n').filter((line) => complaint.test(line));
      const state = running ? (health ?? 'running') : 'ended';
      return [`          ${name}: ${state}`, ...lines.slice(-3).map((line) => `            ${line.slice(0, 400)}`)];
    });
  }

  async witness(path, body) {
    const answer = await fetch(`${this.witnessUrl}${path}`, {
      method: 'POST',
      // While an engine's command runs nothing else does here: a connection kept meanwhile may be closed by then.
      headers: { Connection: 'close' },
      body: JSON.stringify(body ?? {}),
      signal: AbortSignal.timeout(10_000),
    });
    return answer.json();
  }

  /** Asks the system API, as who may. */
  #system(path, options) {
    const password = readFileSync(passwordFile, 'utf8').trim();
    const Authorization = `Basic ${Buffer.from(`admin:${password}`).toString('base64')}`;
    return fetch(`${this.gatewayUrl}/system/${path}`, { ...options, headers: { Authorization } });
  }

  async isDeployed(name) {
    const { ok } = await this.#system(`function/${name}`);
    return ok;
  }

  /** Deploys a function as anybody would. */
  async deploy(deployment) {
    const answer = await this.#system('functions', { method: 'POST', body: JSON.stringify(deployment) });
    ensure(answer.ok, `deploying ${deployment.service}: ${answer.status} ${await answer.text()}`);
  }

  /** Deploys what the witness counts. */
  deployProof() {
    return this.deploy({
      service: 'proof',
      image: settings.NODE_IMAGE,
      annotations: {
        'later.dev/upstream': 'http://witness:8090/function/',
        'com.openfaas.retry.min_wait': '1s',
        // Workers are up again before the witness is.
        'com.openfaas.retry.max_wait': '2s',
        'com.openfaas.retry.attempts': '50',
      },
    });
  }

  /** Submits until it is accepted: a client whose call was not answered 202 tries again, under the same call id. */
  async submit(callId) {
    const headers = { 'X-Call-Id': callId, 'X-Callback-Url': 'http://witness:8090/callback' };
    await until(`call ${callId} is accepted`, 60_000, () =>
      fetch(`${this.gatewayUrl}/async-function/proof`, {
        method: 'POST',
        headers,
        body: callId,
        signal: AbortSignal.timeout(10_000),
      }).then(
        ({ status }) => status === 202,
        () => false,
      ),
    );
  }

  /** SIGKILL for all that is in a container. */
  kill(service, index = 0) {
    const { name } = this.container(service, index);
    docker('kill', '--signal', 'KILL', name);
    return name;
  }

  async start(name) {
    docker('start', name);
    await announceBridges(this.project);
  }
}

/** How long after its start an app said that it listens, in ms. */
export function listeningAfter(id, startedAt) {
  const lines = docker('logs', id)
    .split('\n')
    .filter((line) => line.includes('"msg":"Listening"'));
  const times = lines.map((line) => Date.parse(JSON.parse(line).time)).filter((time) => time >= startedAt);
  return times.length > 0 ? Math.max(...times) - startedAt : Number.NaN;
}
