import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { fileURLToPath } from 'node:url';

/** The request as the function received it. */
export interface Seen {
  readonly method: string;
  readonly target: string;
  /** Names and values alternate. */
  readonly rawHeaders: readonly string[];
  readonly pid: number;
}

/** Responses that wait for a call of `/release`. */
const held = new Set<ServerResponse>();

/** Answers with the request as JSON; some paths have other answers. */
function answer(request: IncomingMessage, response: ServerResponse): void {
  const { method = '', url: target = '', rawHeaders } = request;
  request.resume();
  const [, wish, status] = target.split('/');
  if (wish === 'redirect') {
    const cookies = ['Set-Cookie', 'a=1', 'Set-Cookie', 'b=2'];
    const hops = ['Connection', 'close, X-Hop', 'X-Hop', '1', 'Proxy-Authenticate', 'Basic'];
    response.writeHead(302, ['Location', '/elsewhere?a=%20', ...cookies, ...hops]).end('moved');
  } else if (wish === 'status') {
    response.writeHead(Number(status)).end();
  } else if (wish === 'hold') {
    response.write('first');
    held.add(response);
  } else {
    if (wish === 'release') held.forEach((each) => each.end(' and last'));
    const seen: Seen = { method, target, rawHeaders, pid: process.pid };
    response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(seen));
  }
}

export const startEcho = (port: number) => createServer(answer).listen(port, '127.0.0.1');

const isMain = process.argv[1] === fileURLToPath(import.meta.url);
if (isMain) startEcho(Number(process.env['PORT']));

/** The `envProcess` that runs this file as an HTTP server. */
export const echoProcess = `${process.execPath} ${fileURLToPath(import.meta.url)}`;
