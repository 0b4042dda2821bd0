import { writeFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { stringify } from 'yaml';

import { freePort } from '../free-port.js';
import { startApp, untilReady, type AppProcess } from './app-process.js';
import { startBackendFixture, type BackendFixture, type TransportName } from './backend-fixture.js';

export type Role = 'gateway' | 'provider' | 'queue-worker' | 'callback-dispatcher' | 'functions';

/** The user and password that a started system requires on `/system/*`. */
export const credentials = { user: 'admin', password: 'of-the-tests' } as const;

export interface SystemOptions {
  readonly transport: TransportName;
  /** Runs every role in one process instead of one process for each role. */
  readonly standalone?: boolean;
  /** The roles to start, each as a process; all five unless given. A start costs more than a second of CPU time. */
  readonly roles?: readonly Role[];
  /** Variables for every process. */
  readonly env?: Readonly<Record<string, string>>;
  /** Functions besides the samples, as entries of the stack file. */
  readonly functions?: Readonly<Record<string, UpstreamFunction>>;
}

export interface UpstreamFunction {
  readonly upstream: string;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly environment?: Readonly<Record<string, string>>;
  readonly labels?: Readonly<Record<string, string>>;
}

/** A complete Later: real processes on a real backend. Tests speak to it over HTTP only. */
export class System {
  readonly #apps = new Map<Role, AppProcess>();

  private constructor(
    readonly backend: BackendFixture,
    readonly gatewayUrl: string,
    private readonly env: Readonly<Record<string, string>>,
    private readonly folder: string,
    private readonly standalone: boolean,
  ) {}

  static async start(options: SystemOptions): Promise<System> {
    const { transport, standalone = false, roles = allRoles, env = {}, functions = {} } = options;
    const [backend, gatewayPort, providerPort, functionsPort] = await Promise.all([
      startBackendFixture(transport),
      freePort(),
      freePort(),
      freePort(),
    ]);
    const folder = await mkdtemp(join(tmpdir(), 'later-e2e-'));
    const file = join(folder, 'functions.yml');
    await writeFile(file, stackOf({ ...samples, ...functions }));
    const gatewayUrl = `http://127.0.0.1:${gatewayPort}`;
    const shared = {
      DATA_DIR: folder,
      FUNCTIONS_FILE: file,
      GATEWAY_URL: gatewayUrl,
      PROVIDER_URL: `http://127.0.0.1:${providerPort}`,
      PROVIDER_PORT: String(providerPort),
      BASIC_AUTH_PASSWORD: credentials.password,
      FUNCTIONS_URL: `http://127.0.0.1:${functionsPort}`,
      FUNCTIONS_PORT: String(functionsPort),
      // After this time another worker takes over the jobs of a killed worker.
      ACK_WAIT: '2s',
      ...backend.env,
      ...env,
    };
    const system = new System(backend, gatewayUrl, shared, folder, standalone);
    try {
      if (standalone) await system.startRole('gateway');
      else await Promise.all(roles.map((role) => system.startRole(role)));
    } catch (error) {
      // Otherwise the processes that did start would outlive the test.
      await system.stop();
      throw error;
    }
    return system;
  }

  /**
   * Starts a role, for the first time or after its process ended. In a standalone this starts the one process of all roles.
   * @param env variables for this process only
   */
  async startRole(role: Role, env: Readonly<Record<string, string>> = {}): Promise<void> {
    const app = startApp(this.standalone ? 'standalone' : role, { ...this.env, PORT: this.#portOf(role), ...env });
    this.#apps.set(role, app);
    await untilReady(app, role);
  }

  app(role: Role): AppProcess {
    return this.#apps.get(this.standalone ? 'gateway' : role)!;
  }

  /** The log lines of a role with this message. */
  logged(role: Role, msg: string): AppProcess['log'] {
    return this.app(role).log.filter((line) => line.role === role && line.msg === msg);
  }

  async killRole(role: Role): Promise<void> {
    await this.app(role).kill();
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#apps.values()].map((app) => app.kill()));
    await Promise.all([this.backend.stop(), rm(this.folder, { recursive: true, force: true })]);
  }

  #portOf(role: Role): string {
    if (role === 'gateway') return new URL(this.gatewayUrl).port;
    if (role === 'provider') return this.env['PROVIDER_PORT']!;
    return role === 'functions' ? this.env['FUNCTIONS_PORT']! : '0';
  }
}

const allRoles: readonly Role[] = ['gateway', 'provider', 'queue-worker', 'callback-dispatcher', 'functions'];

const samples = {
  figlet: { upstream: '${FUNCTIONS_URL}/figlet' },
  'long-task': { upstream: '${FUNCTIONS_URL}/long-task' },
};

/** A stack file whose functions all run at an upstream URL. */
function stackOf(functions: Readonly<Record<string, UpstreamFunction>>): string {
  const entries = Object.entries(functions).map(([name, { upstream, annotations, ...rest }]) => {
    return [name, { image: `${name}:test`, annotations: { ...annotations, 'later.dev/upstream': upstream }, ...rest }];
  });
  return stringify({ provider: { name: 'openfaas' }, functions: Object.fromEntries(entries) as unknown });
}
