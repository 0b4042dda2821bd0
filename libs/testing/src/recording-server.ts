import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as it came, nothing decoded. */
export interface RecordedRequest {
  readonly method: string;
  /** As in the request line. */
  readonly url: string;
  /** Names and values in turn, as they came. */
  readonly rawHeaders: readonly string[];
  /** By lower-case name; the last of repeated ones. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Buffer;
  /** When its last byte came, in ms of this process's monotonic clock. */
  readonly at: number;
}

/** What a test wants of a function or of a callback's receiver. Answers 200 with an empty body unless told. */
export type Answer = (request: RecordedRequest, response: ServerResponse) => void | Promise<void>;

/** A real HTTP server of a test: stands in for a function or for a callback's receiver, and keeps what came. */
export interface RecordingServer {
  readonly url: string;
  readonly requests: readonly RecordedRequest[];
  /** Answers so from now on. */
  answerWith(answer: Answer): void;
  close(): Promise<void>;
}

export async function startRecordingServer(
  answer: Answer = (_, response) => void response.end(),
): Promise<RecordingServer> {
  const requests: RecordedRequest[] = [];
  const record = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming as AsyncIterable<Buffer>) chunks.push(chunk);
    const request = recorded(incoming, Buffer.concat(chunks));
    requests.push(request);
    await answer(request, response);
  };
  // A client that goes away in the middle is an everyday thing here.
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
