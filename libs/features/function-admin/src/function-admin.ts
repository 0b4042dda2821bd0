import type { IncomingMessage, ServerResponse } from 'node:http';

import type { Refusal } from '@later/http-kit';
import type { ProviderClient, ProviderDirectory } from '@later/provider-client';
import type { FunctionAddress } from '@later/job-schema';
import type { Logger } from '@later/service-kit';

export const FUNCTION_ADMIN = Symbol('the dependencies of the management API');

/** A deployment has a few KiB with all its environment and labels, but a secret may be a key store. */
export const maxBodyBytes = 4 * 1024 ** 2;

/** The gateway's version in `/system/info`. */
interface Version {
  readonly release: string;
  readonly sha: string;
  readonly commit_message: string;
}

/** The gateway's count of the calls that it took. */
export interface InvocationCounts {
  of(address: FunctionAddress): number;
  forget(address: FunctionAddress): void;
}

export interface FunctionAdminOptions {
  readonly provider: ProviderClient;
  /** The gateway's own view of the functions. It is updated with each change, so that calls see the change at once. */
  readonly directory: Pick<ProviderDirectory, 'expire' | 'expireAll' | 'forget'>;
  readonly log: Logger;
  /** Added to the provider's `invocationCount` of each function. */
  readonly invocations?: InvocationCounts;
  readonly version?: Version;
}

/** The dependencies of every route. */
export interface FunctionAdmin extends FunctionAdminOptions {
  readonly version: Version;
  /** Aborts when the process must stop. */
  readonly closing: AbortController;
}

/** A request of the management API. Its body is unread. */
export interface SystemRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** The path at the provider, percent-encoded and with its query. */
  readonly path: string;
  /** The decoded NAME of a route such as `/system/function/NAME`; else empty. */
  readonly name: string;
  readonly query: URLSearchParams;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** An answer that is not a refusal of this package: the provider's own, or a result. */
export interface SystemAnswer<Body = string | Buffer> {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: Body;
}

/** Returns the answer; undefined when it has written the answer itself. */
export type SystemHandler<Answer = SystemAnswer | Refusal | undefined> = (
  system: FunctionAdmin,
  request: SystemRequest,
) => Promise<Answer>;
