import type { Server, ServerResponse } from 'node:http';

/** How often connections that have fallen idle are closed while the server closes. */
const sweepMs = 50;

/**
 * Makes a server end its connections with their last answer once it is asked to: a client that is told
 * `Connection: close` does not try the next request on a connection that is going away.
 * @returns what is to be called when the server closes; it gives back how to end the watch
 */
export function lettingConnectionsGo(server: Server): () => () => void {
  const inFlight = new Set<ServerResponse>();
  let closing = false;
  server.on('request', (_, response: ServerResponse) => {
    if (closing) response.shouldKeepAlive = false;
    inFlight.add(response);
    response.once('close', () => inFlight.delete(response));
  });
  return () => {
    closing = true;
    for (const response of inFlight) response.shouldKeepAlive = false;
    const sweep = setInterval(() => server.closeIdleConnections(), sweepMs);
    return () => clearInterval(sweep);
  };
}
