import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';

import { freePort } from '../free-port.js';
import { gate, type Gate } from '../gate.js';
import { stubFunction, stubKey, stubNamespace, type DeploymentJson, type StubFunction } from './stub-function.js';
import { systemRoutes, type StubState } from './system-routes.js';

/** Answers a call of a function of the stub. `path` is the path after the function's name, with the query. */
export type StubAnswer = (call: {
  readonly name: string;
  readonly path: string;
  readonly request: IncomingMessage;
  readonly body: Buffer;
  readonly response: ServerResponse;
}) => void;

export interface ProviderStubOptions {
  /** How many status requests a function needs to start from zero instances. */
  readonly statusReadsUntilUp?: number;
  /** The name of the provider in `/system/info`. */
  readonly provider?: string;
  readonly answer?: StubAnswer;
}

/**
 * Stands in for another OpenFaaS provider: a real HTTP server with the providers' REST API and its own functions. As with
 * faas-netes, `/system/*` needs basic auth and `/function/*` does not, and a call does not wake a function with zero
 * instances: it is answered 503.
 */
export interface ProviderStub {
  readonly url: string;
  /** The URL with user and password, in the form of PROVIDER_URL. */
  readonly urlWithUser: string;
  readonly user: string;
  readonly password: string;
  /** `METHOD /path?query` of every received request, including calls of functions. */
  readonly requests: readonly string[];
  /** By `name.namespace`. */
  readonly functions: ReadonlyMap<string, StubFunction>;
  readonly followers: ReadonlySet<ServerResponse>;
  /** Deploys a function without a request, as another client would. */
  deploy(deployment: Partial<DeploymentJson> & { readonly service: string }): StubFunction;
  /** Removes a function without a request, as another client would. */
  remove(name: string, namespace?: string): void;
  /** Delays the answers of the system API until the gate is opened. */
  hold(): Gate;
  /** Closes the server like a killed process: running answers are cut off. */
  kill(): Promise<void>;
  /** Starts the server again on the same port, with its state. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

const credentials = { user: 'admin', password: 'of-the-stub' };
const authorization = `Basic ${Buffer.from(`${credentials.user}:${credentials.password}`).toString('base64')}`;

export async function startProviderStub({
  statusReadsUntilUp = 2,
  provider = 'provider-stub',
  answer = ({ name, path, body, response }) => void response.end(`${name} ${path} ${body.toString()}`),
}: ProviderStubOptions = {}): Promise<ProviderStub> {
  const functions = new Map<string, StubFunction>();
  const followers = new Set<ServerResponse>();
  const state: StubState = {
    functions,
    followers,
    secrets: new Map(),
    namespaces: new Set([stubNamespace]),
    statusReadsUntilUp,
    provider,
  };
  const requests: string[] = [];
  let held: Promise<void> | undefined;

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    requests.push(`${request.method} ${request.url}`);
    const { pathname, searchParams: query } = new URL(request.url ?? '', 'http://stub');
    const [, area = '', first = '', name = ''] = pathname.split('/').map(decodeURIComponent);
    const body = Buffer.concat(await request.toArray());
    if (area === 'function') return call(functions, first, { request, body, response, answer });
    if (area === 'healthz') return void response.end('OK');
    await held;
    const route = area === 'system' ? systemRoutes[`${request.method} ${first}`] : undefined;
    if (!route) return void response.writeHead(404).end();
    if (request.headers.authorization !== authorization) {
      return void response.writeHead(401, { 'www-authenticate': 'Basic realm="Restricted"' }).end();
    }
    const json = (body.length > 0 ? JSON.parse(body.toString()) : {}) as Record<string, unknown>;
    route(state, { name, query, json, response });
  }

  const port = await freePort();
  const listen = async (): Promise<Server> => {
    // Clients often close their connection during an answer: that is no error.
    const started = createServer((request, response) => void handle(request, response).catch(() => response.destroy()));
    started.listen(port, '127.0.0.1');
    await once(started, 'listening');
    return started;
  };
  let server: Server | undefined = await listen();
  const kill = async (): Promise<void> => {
    const killed = server;
    server = undefined;
    if (!killed) return;
    killed.closeAllConnections();
    killed.close();
    await once(killed, 'close');
  };

  return {
    url: `http://127.0.0.1:${port}`,
    urlWithUser: `http://${credentials.user}:${credentials.password}@127.0.0.1:${port}`,
    ...credentials,
    requests,
    functions,
    followers,
    deploy: (deployment) => {
      const deployed = stubFunction({ image: 'stub', labels: {}, annotations: {}, ...deployment });
      functions.set(stubKey(deployment.service, deployment.namespace), deployed);
      return deployed;
    },
    remove: (name, namespace) => void functions.delete(stubKey(name, namespace)),
    hold: () => {
      const holding = gate();
      held = holding.opened;
      return holding;
    },
    kill,
    restart: async () => void (server ??= await listen()),
    close: kill,
  };
}

interface StubCall {
  readonly request: IncomingMessage;
  readonly body: Buffer;
  readonly response: ServerResponse;
  readonly answer: StubAnswer;
}

function call(functions: ReadonlyMap<string, StubFunction>, called: string, { answer, ...rest }: StubCall): void {
  const key = functions.has(called) ? called : stubKey(called);
  const fn = functions.get(key);
  if (!fn) return void rest.response.writeHead(404).end(`no function ${called}`);
  if (fn.availableReplicas === 0) return void rest.response.writeHead(503).end(`no endpoints for ${called}`);
  fn.invocations += 1;
  const path = rest.request.url?.split(`/function/${called}`, 2)[1] || '/';
  answer({ name: fn.deployment.service, path, ...rest });
}
