import { FastifyAdapter } from '@nestjs/platform-fastify';

/** How long a client may take for its headers, and for all of its request. */
const headersTimeoutMs = 15_000;
const requestTimeoutMs = 300_000;
/** Longer than any load balancer's: the side that closes an idle connection first must not be us. */
const keepAliveTimeoutMs = 75_000;

/**
 * A Fastify that leaves every body unread on `request.raw`, whatever its type: bodies here are somebody else's bytes.
 * Requests that come while it closes are answered, not refused.
 */
export function rawBodyAdapter(): FastifyAdapter {
  const adapter = new FastifyAdapter({
    requestTimeout: requestTimeoutMs,
    keepAliveTimeout: keepAliveTimeoutMs,
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    // Node looks for overdue requests only every 30 s unless told.
    http: { headersTimeout: headersTimeoutMs, connectionsCheckingInterval: 5_000 },
  });
  const fastify = adapter.getInstance();
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('*', (_request, _payload, done) => done(null));
  // Fastify refuses a content type that it cannot read; ours to pass on, not to judge. It stays in `rawHeaders`.
  fastify.addHook('onRequest', async ({ raw }) => void delete raw.headers['content-type']);
  return adapter;
}
