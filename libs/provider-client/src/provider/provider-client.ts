import { fullName, parseJson, type FunctionAddress } from '@later/job-schema';
import { functionStatus, type FunctionStatus } from '@later/function-schema';
import { z } from 'zod';

import { ProviderRequests, type ProviderAnswer } from './provider-requests.js';
import { ProviderUnavailableError } from './provider-unavailable-error.js';

/** A call waits for the lookup: a provider that needs longer than this counts as unreachable. */
const lookupMs = 3_000;

/** A client of the REST API that every OpenFaaS provider has. Every failure is a `ProviderUnavailableError`. */
export class ProviderClient extends ProviderRequests {
  /** The URL at which the provider takes calls to a function, without authorization. */
  upstreamOf(address: FunctionAddress): URL {
    return new URL(`${this.url}/function/${fullName(address)}`);
  }

  /** @returns undefined when no function has this name */
  async functionStatus(address: FunctionAddress): Promise<FunctionStatus | undefined> {
    // As a path segment, these two names would mean another path.
    if (address.name === '.' || address.name === '..') return undefined;
    const path = `/system/function/${encodeURIComponent(address.name)}?${namespaceQuery(address)}`;
    const answer = await this.request({ method: 'GET', path }, lookupMs);
    return answer.status === 404 ? undefined : this.#parse(functionStatus, answer, `GET ${path}`);
  }

  /** All functions of one namespace. */
  async functions(namespace: string): Promise<readonly FunctionStatus[]> {
    const path = `/system/functions?${namespaceQuery({ namespace })}`;
    // A Go provider writes an empty list as `null`.
    const list = z
      .array(functionStatus)
      .nullable()
      .transform((given) => given ?? []);
    return this.#parse(list, await this.request({ method: 'GET', path }), `GET ${path}`);
  }

  /** Asks for this many instances. Resolves when the provider has accepted the request, before they are up. */
  async scale(address: FunctionAddress, replicas: number): Promise<void> {
    const { name, namespace } = address;
    const path = `/system/scale-function/${encodeURIComponent(name)}?${namespaceQuery(address)}`;
    const body = Buffer.from(JSON.stringify({ serviceName: name, namespace, replicas }));
    const answer = await this.request({ method: 'POST', path, body });
    if (answer.status >= 300) throw this.#unexpected(answer, `POST ${path}`);
  }

  /**
   * Whether the provider itself wakes a function that is called, as Later's own provider does. Then the call is sent at
   * once, because that provider's answer also says why a function cannot start.
   */
  async wakesFunctions(): Promise<boolean> {
    const answer = await this.request({ method: 'GET', path: '/system/info' }, lookupMs);
    return ourProvider.safeParse(parseJson(answer.body)).success;
  }

  #parse<Schema extends z.ZodType>(schema: Schema, answer: ProviderAnswer, request: string): z.output<Schema> {
    if (answer.status !== 200) throw this.#unexpected(answer, request);
    const parsed = schema.safeParse(parseJson(answer.body));
    if (parsed.success) return parsed.data;
    const { path, message } = parsed.error.issues[0]!;
    const fault = `answered ${request} with a body that cannot be read: ${path.map(String).join('.') || 'body'}: ${message}`;
    throw new ProviderUnavailableError('confused', this.url, fault);
  }

  #unexpected({ status }: ProviderAnswer, request: string): ProviderUnavailableError {
    const kind = status === 401 ? 'unauthorized' : 'confused';
    return new ProviderUnavailableError(kind, this.url, `answered ${request} with status ${status}`);
  }
}

/** The `/system/info` of Later's own provider. */
const ourProvider = z.object({ provider: z.literal('later') });

const namespaceQuery = ({ namespace }: Pick<FunctionAddress, 'namespace'>): string =>
  `namespace=${encodeURIComponent(namespace)}`;
