import type { Readable } from 'node:stream';

import { Agent } from 'undici';

/** An answer without any change: headers in their order and spelling, the body as bytes. */
export interface Answer {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly rawHeaders: readonly string[];
  readonly body: Buffer;
  readonly text: string;
}

export interface Request {
  readonly method?: string;
  /** Names and values alternate, so that a name can be repeated. */
  readonly headers?: readonly string[];
  readonly body?: string | Uint8Array | Readable;
}

// A new gateway must not get requests on the connections of a killed one.
const agent = new Agent({ keepAliveTimeout: 1_000 });

/**
 * Sends one request. Its path is sent unchanged; fetch would normalise it. Rejects when there is no answer.
 * @param url an origin and what follows it
 */
export async function http(url: string, { method = 'POST', headers = [], body = '' }: Request = {}): Promise<Answer> {
  const pathStart = url.indexOf('/', 'http://'.length);
  const [origin, path] = pathStart < 0 ? [url, '/'] : [url.slice(0, pathStart), url.slice(pathStart)];
  const answer = await agent.request({
    origin: origin,
    path: path,
    method: method,
    headers: [...headers],
    body: method === 'GET' || method === 'HEAD' ? null : body,
    responseHeaders: 'raw',
  });
  const rawHeaders = answer.headers as unknown as string[];
  const bytes = Buffer.from(await answer.body.arrayBuffer());
  const byName = rawHeaders.flatMap((name, index) => (index % 2 ? [] : [[name.toLowerCase(), rawHeaders[index + 1]!]]));
  return {
    status: answer.statusCode,
    headers: new Map(byName as [string, string][]),
    rawHeaders,
    body: bytes,
    text: bytes.toString(),
  };
}

/** Calls `work` `times` times, at most `parallel` at once. @returns the results in order */
export async function inParallel<T>(
  times: number,
  parallel: number,
  work: (index: number) => Promise<T>,
): Promise<T[]> {
  const results: T[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < times) {
      const index = next++;
      results[index] = await work(index);
    }
  };
  await Promise.all(Array.from({ length: parallel }, worker));
  return results;
}
