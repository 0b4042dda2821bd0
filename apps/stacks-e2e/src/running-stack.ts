import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import {
  announceBridges,
  ask,
  compose,
  containersOf,
  docker,
  passwordFile,
  settings,
  stackOf,
  type Container,
} from '@later/stacks';
import { freePort } from '@later/testing';
import { expect } from 'vitest';

import { runCommand } from './run-command.js';
import { until } from './until.js';
import { WitnessClient } from './witness-client.js';

/** So few that calls wait: a worker that is killed holds as many as it may. */
export const perWorker = 10;

/** Lines of the level of a warning and above, of our services and of the brokers. */
const complaint = /"level":"(warn|error|fatal)"|\[(WRN|ERR|FTL)\]|^\d+:\w .* # /;

/** A stack with a project name and ports of its own. The commands that people use start and end it. */
export class RunningStack {
  readonly project: string;
  readonly broker: string | undefined;
  readonly witness: WitnessClient;
  readonly #files: readonly string[];

  private constructor(
    readonly name: string,
    readonly gatewayUrl: string,
    readonly environment: Readonly<Record<string, string>>,
    witnessUrl: string,
  ) {
    // `later-proof-NAME`, as the commands derive it from LATER_PROJECT.
    this.project = `${environment['LATER_PROJECT']}-${name}`;
    this.broker = stackOf(name).broker;
    this.witness = new WitnessClient(witnessUrl);
    this.#files = [stackOf(name).file, join(import.meta.dirname, 'compose.yml')];
  }

  static async prepare(name: string): Promise<RunningStack> {
    const [gatewayPort, witnessPort] = [await freePort(), await freePort()];
    const gatewayUrl = `http://127.0.0.1:${gatewayPort}`;
    const environment = {
      LATER_PROJECT: 'later-proof',
      GATEWAY_PORT: String(gatewayPort),
      GATEWAY_ADDRESS: '127.0.0.1',
      GATEWAY_URL: gatewayUrl,
      // After this time another worker takes over the jobs of a killed worker.
      ACK_WAIT: '3s',
      MAX_IN_FLIGHT: String(perWorker),
      WITNESS_PORT: String(witnessPort),
      WITNESS_FOLDER: join(import.meta.dirname, 'witness'),
      PROOF_TRANSPORT: name,
    };
    return new RunningStack(name, gatewayUrl, environment, `http://127.0.0.1:${witnessPort}`);
  }

  run(script: string, ...args: readonly string[]): Promise<string> {
    return runCommand(script, args, this.environment);
  }

  up(...args: readonly string[]): Promise<string> {
    return this.run('up.mjs', this.name, ...args);
  }

  down(...args: readonly string[]): Promise<string> {
    return this.run('down.mjs', this.name, ...args);
  }

  /** Adds the witness and the second gateway to the running stack. */
  async addWitness(): Promise<void> {
    const stack = { project: this.project, files: this.#files, environment: this.environment };
    const args = ['up', '--detach', '--no-deps', '--no-recreate', 'witness', 'gateway-2'];
    const { ok, said } = compose(stack, args, { quiet: true });
    expect(ok, said).toBe(true);
    await announceBridges(this.project);
    await until('the witness answers', 20_000, () => this.witness.counts().catch(() => undefined));
    await until('the second gateway is healthy', 20_000, () => this.container('gateway-2').health === 'healthy');
  }

  containers(): readonly Container[] {
    return containersOf(this.project);
  }

  container(service: string, index = 0): Container {
    const found = this.containers().filter((each) => each.service === service);
    const container = found.toSorted((a, b) => (a.name < b.name ? -1 : 1))[index];
    if (!container) throw new Error(`${this.project} has no container ${index} of ${service}`);
    return container;
  }

  /** The last complaints of its containers, in lines. */
  complaints(): readonly string[] {
    return this.containers().flatMap(({ name, running, health }) => {
      const { out, said } = ask('docker', ['logs', '--tail', '200', name]);
      const lines = `${out}\n${said}`.split('\n').filter((line) => complaint.test(line));
      const state = running ? (health ?? 'running') : 'ended';
      return [`${name}: ${state}`, ...lines.slice(-3).map((line) => `  ${line.slice(0, 400)}`)];
    });
  }

  async isDeployed(name: string): Promise<boolean> {
    return (await this.#system(`function/${name}`)).ok;
  }

  async deploy(deployment: { readonly service: string } & Readonly<Record<string, unknown>>): Promise<void> {
    const answer = await this.#system('functions', { method: 'POST', body: JSON.stringify(deployment) });
    expect(answer.ok, `deploying ${deployment.service}: ${answer.status} ${await answer.text()}`).toBe(true);
  }

  /** Deploys the function `proof`, which the witness runs and counts. */
  deployProof(): Promise<void> {
    return this.deploy({
      service: 'proof',
      image: settings['NODE_IMAGE'],
      annotations: {
        'later.dev/upstream': 'http://witness:8090/function/',
        'com.openfaas.retry.min_wait': '1s',
        // After `up`, workers run before the witness does.
        'com.openfaas.retry.max_wait': '2s',
        'com.openfaas.retry.attempts': '50',
      },
    });
  }

  /** Submits a call until it is accepted, always under the same call id. */
  async submit(callId: string): Promise<void> {
    const headers = { 'X-Call-Id': callId, 'X-Callback-Url': 'http://witness:8090/callback' };
    await until(`call ${callId} is accepted`, 60_000, () => {
      const signal = AbortSignal.timeout(10_000);
      return fetch(`${this.gatewayUrl}/async-function/proof`, { method: 'POST', headers, body: callId, signal }).then(
        ({ status }) => status === 202,
        () => false,
      );
    });
  }

  /** Sends SIGKILL to a container. @returns its name */
  kill(service: string, index = 0): string {
    const { name } = this.container(service, index);
    docker('kill', '--signal', 'KILL', name);
    return name;
  }

  async start(container: string): Promise<void> {
    docker('start', container);
    await announceBridges(this.project);
  }

  #system(path: string, options: RequestInit = {}): Promise<Response> {
    const Authorization = `Basic ${Buffer.from(`admin:${readPassword()}`).toString('base64')}`;
    return fetch(`${this.gatewayUrl}/system/${path}`, { ...options, headers: { Authorization } });
  }
}

export const readPassword = (): string => readFileSync(passwordFile, 'utf8').trim();

/** How long after its start an app listened, in ms. */
export function listeningAfter({ id, startedAt }: Container): number {
  const lines = docker('logs', id)
    .split('\n')
    .filter((line) => line.includes('"msg":"Listening"'));
  const times = lines.map((line) => Date.parse((JSON.parse(line) as { time: string }).time));
  return Math.max(...times.filter((time) => time >= startedAt)) - startedAt;
}
