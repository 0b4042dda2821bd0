import { credentials } from '@later/testing';

import { http, type Answer } from './http.js';

const authorization = `Basic ${Buffer.from(`${credentials.user}:${credentials.password}`).toString('base64')}`;

/** Makes the requests of faas-cli 0.17, with its headers: no content type where faas-cli sends no content type. */
export function faasCli(gatewayUrl: string) {
  const system = (method: string, path: string, body?: unknown): Promise<Answer> =>
    http(`${gatewayUrl}${path}`, {
      method,
      headers: ['authorization', authorization, 'user-agent', 'faas-cli/0.17.1'],
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  const json = async (path: string): Promise<unknown> => {
    const { status, text } = await system('GET', path);
    if (status !== 200) throw new Error(`GET ${path}: ${status} ${text}`);
    return JSON.parse(text) as unknown;
  };
  return {
    system,
    login: () => system('GET', '/system/functions'),
    version: () => json('/system/info'),
    list: (namespace = '') => json(`/system/functions?namespace=${namespace}`) as Promise<Status[]>,
    describe: (name: string) => json(`/system/function/${name}?namespace=&usage=1`) as Promise<Status>,
    /** PUT, and POST where the function is unknown. */
    async deploy(deployment: Readonly<Record<string, unknown>>): Promise<Answer> {
      const updated = await system('PUT', '/system/functions', deployment);
      return updated.status === 404 ? system('POST', '/system/functions', deployment) : updated;
    },
    async ready(name: string): Promise<boolean> {
      return (((await json(`/system/function/${name}?namespace=`)) as Status).availableReplicas ?? 0) > 0;
    },
    remove: (functionName: string) => system('DELETE', '/system/functions', { functionName, namespace: 'openfaas-fn' }),
    invoke: (name: string, body: string) =>
      http(`${gatewayUrl}/function/${name}.openfaas-fn`, { headers: ['content-type', 'text/plain'], body }),
    invokeAsync: (name: string, body: string) =>
      http(`${gatewayUrl}/async-function/${name}.openfaas-fn`, { headers: ['content-type', 'text/plain'], body }),
    async logs(name: string, query = ''): Promise<LogLine[]> {
      const { text } = await system('GET', `/system/logs?name=${name}&namespace=&tail=-1&follow=false${query}`);
      return text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as LogLine]));
    },
    secrets: (namespace = '') => json(`/system/secrets?namespace=${namespace}`),
    namespaces: () => json('/system/namespaces'),
  };
}

interface Status {
  readonly name: string;
  readonly image: string;
  readonly namespace: string;
  readonly replicas: number;
  readonly availableReplicas: number;
  readonly invocationCount: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

export interface LogLine {
  readonly name: string;
  readonly namespace: string;
  readonly instance: string;
  readonly timestamp: string;
  readonly text: string;
}
