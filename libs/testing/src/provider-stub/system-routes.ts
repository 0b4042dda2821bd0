import type { ServerResponse } from 'node:http';

import {
  readStatus,
  stubFunction,
  stubKey,
  stubNamespace,
  type DeploymentJson,
  type StubFunction,
} from './stub-function.js';

/** The state of the stub. */
export interface StubState {
  readonly functions: Map<string, StubFunction>;
  readonly secrets: Map<string, unknown>;
  readonly namespaces: Set<string>;
  /** Answers to `GET /system/logs?follow=true` that are still open. */
  readonly followers: Set<ServerResponse>;
  /** How many status requests a function needs to start from zero instances. */
  readonly statusReadsUntilUp: number;
  /** The name of the provider in `/system/info`. */
  readonly provider: string;
}

/** One request of the system API. */
interface SystemRequest {
  readonly name: string;
  readonly query: URLSearchParams;
  readonly json: Readonly<Record<string, unknown>>;
  readonly response: ServerResponse;
}

type Route = (state: StubState, request: SystemRequest) => void;

const sendJson = (response: ServerResponse, status: number, body?: unknown): void => {
  if (body === undefined) response.writeHead(status).end();
  else response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
};

const sendText = (response: ServerResponse, status: number, text: string): void =>
  void response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(`${text}\n`);

const namespaceOf = ({ query, json }: SystemRequest): string =>
  (typeof json['namespace'] === 'string' && json['namespace']) || query.get('namespace') || stubNamespace;

function scale(fn: StubFunction, replicas: number, statusReadsUntilUp: number): void {
  if (replicas === 0) fn.availableReplicas = 0;
  else if (fn.replicas === 0) fn.statusReadsUntilUp = statusReadsUntilUp;
  fn.replicas = replicas;
}

const remove: Route = ({ functions }, request) => {
  const gone = functions.delete(stubKey(String(request.json['functionName']), namespaceOf(request)));
  sendJson(request.response, gone ? 202 : 404);
};

const deployAs =
  (known: boolean, onMismatch: (response: ServerResponse) => void): Route =>
  ({ functions }, { json, response }) => {
    const deployment = json as DeploymentJson;
    if (!deployment.service) return sendText(response, 400, 'service: required');
    const key = stubKey(deployment.service, deployment.namespace);
    if (functions.has(key) !== known) return onMismatch(response);
    functions.set(key, stubFunction(deployment));
    sendJson(response, 202);
  };

const followLogs: Route = ({ followers }, { query, response }) => {
  const name = query.get('name') ?? '';
  response.writeHead(200, { 'content-type': 'application/x-ndjson' });
  const line = { name, namespace: query.get('namespace') ?? stubNamespace, instance: `${name}-1` };
  for (const text of ['one', 'two']) {
    response.write(`${JSON.stringify({ ...line, timestamp: new Date().toISOString(), text })}\n`);
  }
  if (query.get('follow') !== 'true') return void response.end();
  followers.add(response);
  response.once('close', () => followers.delete(response));
};

/** By method and first segment under `/system/`. */
export const systemRoutes: Readonly<Record<string, Route>> = {
  'GET info': ({ provider }, { response }) =>
    sendJson(response, 200, {
      provider,
      orchestration: 'test',
      version: { release: '0.0.1', sha: '' },
    }),
  'GET functions': ({ functions }, request) => {
    const namespace = namespaceOf(request);
    const list = [...functions].filter(([key]) => key.endsWith(`.${namespace}`)).map(([, fn]) => readStatus(fn));
    sendJson(request.response, 200, list);
  },
  'GET function': ({ functions }, request) => {
    const fn = functions.get(stubKey(request.name, namespaceOf(request)));
    sendJson(request.response, fn ? 200 : 404, fn && readStatus(fn));
  },
  // faas-netes answers 500, because Kubernetes refuses a deployment that exists.
  'POST functions': deployAs(false, (response) => sendText(response, 500, 'the function already exists')),
  'PUT functions': deployAs(true, (response) => sendJson(response, 404)),
  'DELETE functions': remove,
  'POST scale-function': ({ functions, statusReadsUntilUp }, request) => {
    const fn = functions.get(stubKey(request.name, namespaceOf(request)));
    if (fn) scale(fn, Number(request.json['replicas']), statusReadsUntilUp);
    sendJson(request.response, fn ? 202 : 404);
  },
  'GET secrets': ({ secrets }, { response }) =>
    sendJson(
      response,
      200,
      [...secrets.keys()].map((name) => ({ name, namespace: stubNamespace })),
    ),
  'POST secrets': ({ secrets }, { json, response }) => {
    secrets.set(String(json['name']), json['value']);
    sendJson(response, 202);
  },
  'PUT secrets': ({ secrets }, { json, response }) => {
    const known = secrets.has(String(json['name']));
    if (known) secrets.set(String(json['name']), json['value']);
    sendJson(response, known ? 202 : 404);
  },
  'DELETE secrets': ({ secrets }, { json, response }) =>
    sendJson(response, secrets.delete(String(json['name'])) ? 202 : 404),
  'GET namespaces': ({ namespaces }, { response }) => sendJson(response, 200, [...namespaces]),
  'GET namespace': ({ namespaces }, { name, response }) =>
    sendJson(response, namespaces.has(name) ? 200 : 404, namespaces.has(name) ? { name } : undefined),
  'POST namespace': ({ namespaces }, { name, response }) => {
    namespaces.add(name);
    sendJson(response, 202);
  },
  'PUT namespace': ({ namespaces }, { name, response }) => sendJson(response, namespaces.has(name) ? 202 : 404),
  'DELETE namespace': ({ namespaces, functions }, { name, response }) => {
    for (const key of [...functions.keys()]) if (key.endsWith(`.${name}`)) functions.delete(key);
    sendJson(response, namespaces.delete(name) ? 202 : 404);
  },
  'GET logs': followLogs,
};
