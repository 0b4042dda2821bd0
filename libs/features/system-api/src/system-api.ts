import type { IncomingMessage, ServerResponse } from 'node:http';

import type { SystemApiOptions } from './system-api.module.js';
import type { Version } from './passing/merged-info.js';

export const SYSTEM_API = Symbol('what the system API works with');

/** What every route works with. */
export interface SystemApi extends SystemApiOptions {
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
export type SystemHandler = (system: SystemApi, request: SystemRequest) => Promise<SystemAnswer | undefined>;

export const textAnswer = (status: number, text: string, headers = {}): SystemAnswer => ({
  status,
  headers: { 'Content-Type': 'text/plain; charset=utf-8', ...headers },
  body: `${text}\n`,
});
