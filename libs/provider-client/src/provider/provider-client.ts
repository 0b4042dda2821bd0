import { fullName, type FunctionAddress } from '@later/job-schema';
import { functionStatus, type FunctionStatus } from '@later/function-schema';
import { z } from 'zod';

import { ProviderRequests, type ProviderAnswer } from './provider-requests.js';
import { ProviderUnavailableError } from './provider-unavailable-error.js';

/** A call waits for this: who cannot say in this time where a function is, is as good as away. */
const lookupMs = 3_000;

/** Speaks the REST API that every OpenFaaS provider has. Whatever goes wrong is a `ProviderUnavailableError`. */
export class ProviderClient extends ProviderRequests {
  /** Where the provider takes calls to a function; needs no authorization. */
  upstreamOf(address: FunctionAddress): URL {
    return new URL(`${this.url}/function/${fullName(address)}`);
  }

  /** @returns undefined when no function has this name */
  async functionStatus(address: FunctionAddress): Promise<FunctionStatus | undefined> {
    // In a path these would stand for another one.
    if (address.name === '.' || address.name === '..') return undefined;
    const path = `/system/function/${encodeURIComponent(address.name)}?${namespaceQuery(address)}`;
    const answer = await this.pass({ method: 'GET', path }, lookupMs);
    return answer.status === 404 ? undefined : this.#read(functionStatus, answer, `GET ${path}`);
  }

  /** Every function of a namespace. */
  async functions(namespace: string): Promise<readonly FunctionStatus[]> {
    const path = `/system/functions?${namespaceQuery({ namespace })}`;
    // An empty list is `null` in Go.
    const list = z
      .array(functionStatus)
      .nullable()
      .transform((given) => given ?? []);
    return this.#read(list, await this.pass({ method: 'GET', path }), `GET ${path}`);
  }

  /** Asks for this many instances; resolves once the provider has taken it on, not when they are up. */
  async scale(address: FunctionAddress, replicas: number): Promise<void> {
    const { name, namespace } = address;
    const path = `/system/scale-function/${encodeURIComponent(name)}?${namespaceQuery(address)}`;
    const body = Buffer.from(JSON.stringify({ serviceName: name, namespace, replicas }));
    const answer = await this.pass({ method: 'POST', path, body });
    if (answer.status >= 300) throw this.#confused(answer, `POST ${path}`);
  }

  /**
   * Whether it brings a function up by itself when it is called, as our own provider does. That one also tells at once
   * why a function cannot start, where to wait for it from here would only tell that it did not.
   */
  async wakesFunctions(): Promise<boolean> {
    const answer = await this.pass({ method: 'GET', path: '/system/info' }, lookupMs);
    return ourProvider.safeParse(parseJson(answer.body)).success;
  }

  #read<Schema extends z.ZodType>(schema: Schema, answer: ProviderAnswer, asked: string): z.output<Schema> {
    if (answer.status !== 200) throw this.#confused(answer, asked);
    const parsed = schema.safeParse(parseJson(answer.body));
    if (parsed.success) return parsed.data;
    const { path, message } = parsed.error.issues[0]!;
    const fault = `answered ${asked} with what cannot be read: ${path.map(String).join('.') || 'body'}: ${message}`;
    throw new ProviderUnavailableError('confused', this.url, fault);
  }

  #confused({ status }: ProviderAnswer, asked: string): ProviderUnavailableError {
    const kind = status === 401 ? 'unauthorized' : 'confused';
    return new ProviderUnavailableError(kind, this.url, `answered ${asked} with status ${status}`);
  }
}

/** What our own provider calls itself. */
const ourProvider = z.object({ provider: z.literal('later') });

const namespaceQuery = ({ namespace }: Pick<FunctionAddress, 'namespace'>): string =>
  `namespace=${encodeURIComponent(namespace)}`;

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}
