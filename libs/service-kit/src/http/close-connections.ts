import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** The interval at which idle connections are closed during shutdown. A request that is on its way gets this long. */
const closeIdleEveryMs = 50;

/**
 * Tracks the connections of a server, so that it can close them: each one with its last answer, whose `Connection: close`
 * keeps the client from sending another request on it. A connection without a complete request is closed at once, and
 * every connection when `timeIsOver` aborts.
 * @returns the function that starts closing; it returns the function that stops
 */
export function trackConnections(server: Server): (timeIsOver?: AbortSignal) => () => void {
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
  const closeIdle = (): void => {
    const busy = new Set(inFlight.values());
    for (const connection of connections) if (!busy.has(connection)) connection.destroy();
  };
  const closeAll = (): void => connections.forEach((connection) => connection.destroy());
  return (timeIsOver) => {
    closing = true;
    for (const response of inFlight.keys()) response.shouldKeepAlive = false;
    const interval = setInterval(closeIdle, closeIdleEveryMs);
    if (timeIsOver?.aborted) closeAll();
    else timeIsOver?.addEventListener('abort', closeAll);
    return () => {
      clearInterval(interval);
      timeIsOver?.removeEventListener('abort', closeAll);
    };
  };
}
