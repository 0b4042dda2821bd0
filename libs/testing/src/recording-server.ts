import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A received request; nothing is decoded. */
export interface RecordedRequest {
  readonly method: string;
  /** The target of the request line. */
  readonly url: string;
  /** Names and values in turn, in their original spelling. */
  readonly rawHeaders: readonly string[];
  /** By lower-case name; of repeated headers, the last value. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Buffer;
  /** When its last byte arrived, in ms of this process's monotonic clock. */
  readonly at: number;
}

/** How the server answers; the default is 200 with an empty body. */
export type AnswerRequest = (request: RecordedRequest, response: ServerResponse) => void | Promise<void>;

/** A real HTTP server that stands in for a function or a callback's receiver, and records its requests. */
export interface RecordingServer {
  readonly url: string;
  readonly requests: readonly RecordedRequest[];
  /** Changes how the next requests are answered. */
  answerWith(answer: AnswerRequest): void;
  close(): Promise<void>;
}

export async function startRecordingServer(
  answer: AnswerRequest = (_, response) => void response.end(),
): Promise<RecordingServer> {
  const requests: RecordedRequest[] = [];
  const record = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming as AsyncIterable<Buffer>) chunks.push(chunk);
    const request = recorded(incoming, Buffer.concat(chunks));
    requests.push(request);
    await answer(request, response);
  };
  // Clients often close their connection during an answer: that is no error.
  const server = createServer((incoming, response) => void record(incoming, response).catch(() => response.destroy()));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    answerWith: (next) => void (answer = next),
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function recorded(incoming: IncomingMessage, body: Buffer): RecordedRequest {
  const { method = '', url = '', rawHeaders } = incoming;
  const headers = new Map<string, string>();
  rawHeaders.forEach((name, index) => {
    if (index % 2 === 0) headers.set(name.toLowerCase(), rawHeaders[index + 1]!);
  });
  return { method, url, rawHeaders, headers, body, at: performance.now() };
}
