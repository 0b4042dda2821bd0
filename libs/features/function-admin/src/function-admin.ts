import type { IncomingMessage, ServerResponse } from 'node:http';

import type { ProviderClient, ProviderDirectory } from '@later/provider-client';
import type { FunctionAddress } from '@later/job-schema';
import type { Logger } from '@later/service-kit';

export const FUNCTION_ADMIN = Symbol('what the system API works with');

/** A deployment with all its environment and labels is a few KiB; a secret may be a key store. */
export const maxBodyBytes = 4 * 1024 ** 2;

/** What `/system/info` tells of a gateway. */
interface Version {
  readonly release: string;
  readonly sha: string;
  readonly commit_message: string;
}

/** What a gateway has counted of the calls that it took. */
export interface InvocationCounts {
  of(address: FunctionAddress): number;
  forget(address: FunctionAddress): void;
}

export interface FunctionAdminOptions {
  readonly provider: ProviderClient;
  /** Told of what is changed through here, so that this gateway's own calls see it at once. */
  readonly directory: Pick<ProviderDirectory, 'expire' | 'expireAll' | 'forget'>;
  readonly log: Logger;
  /** What this gateway has counted itself, for the functions' `invocationCount`. */
  readonly invocations?: InvocationCounts;
  readonly version?: Version;
}

/** What every route works with. */
export interface FunctionAdmin extends FunctionAdminOptions {
  readonly version: Version;
  /** Aborts when the process is asked to stop. */
  readonly closing: AbortController;
}

/** A request of the system API, its body unread. */
export interface SystemRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Under which the provider has the same, encoded and with its query. */
  readonly path: string;
  /** Decoded, of a route that has one: `/system/function/NAME`. */
  readonly name: string;
  readonly query: URLSearchParams;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

export interface SystemAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

/** Answers; undefined when it has written the answer itself. */
export type SystemHandler = (system: FunctionAdmin, request: SystemRequest) => Promise<SystemAnswer | undefined>;

export const textAnswer = (status: number, text: string, headers = {}): SystemAnswer => ({
  status,
  headers: { 'Content-Type': 'text/plain; charset=utf-8', ...headers },
  body: `${text}\n`,
});
