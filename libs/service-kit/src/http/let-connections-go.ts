import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** How often connections without a request are closed while the server closes; a request on its way gets this long. */
const sweepMs = 50;

/**
 * Makes a server end its connections with their last answer once it is asked to: a client that is told
 * `Connection: close` does not try the next request on a connection that is going away. One that has asked nothing yet,
 * or only half of it, is not waited for, and nobody is when the time for answers is over.
 * @returns what is to be called when the server closes; it gives back how to end the watch
 */
export function lettingConnectionsGo(server: Server): (timeIsOver?: AbortSignal) => () => void {
  const connections = new Set<Socket>();
  const inFlight = new Map<ServerResponse, Socket>();
  let closing = false;
  server.on('connection', (connection: Socket) => {
    connections.add(connection);
    connection.once('close', () => connections.delete(connection));
  });
  server.on('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
    if (closing) response.shouldKeepAlive = false;
    inFlight.set(response, socket);
    response.once('close', () => inFlight.delete(response));
  });
  const letIdleGo = (): void => {
    const busy = new Set(inFlight.values());
    for (const connection of connections) if (!busy.has(connection)) connection.destroy();
  };
  const letAllGo = (): void => connections.forEach((connection) => connection.destroy());
  return (timeIsOver) => {
    closing = true;
    for (const response of inFlight.keys()) response.shouldKeepAlive = false;
    const sweep = setInterval(letIdleGo, sweepMs);
    if (timeIsOver?.aborted) letAllGo();
    else timeIsOver?.addEventListener('abort', letAllGo);
    return () => {
      clearInterval(sweep);
      timeIsOver?.removeEventListener('abort', letAllGo);
    };
  };
}
