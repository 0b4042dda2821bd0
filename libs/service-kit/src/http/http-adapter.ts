import { routableUrl } from '@later/http-kit';
import { FastifyAdapter } from '@nestjs/platform-fastify';

/** How long a client may take for its headers, and for all of its request. */
const headersTimeoutMs = 15_000;
const requestTimeoutMs = 300_000;
/** Longer than any load balancer's: the side that closes an idle connection first must not be us. */
const keepAliveTimeoutMs = 75_000;

/** A Fastify that refuses no URL by itself. Requests that come while it closes are answered, not refused. */
export const httpAdapter = (): FastifyAdapter =>
  new FastifyAdapter({
    requestTimeout: requestTimeoutMs,
    keepAliveTimeout: keepAliveTimeoutMs,
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    rewriteUrl: routableUrl,
    // Names are of any length that the schema lets through.
    routerOptions: { maxParamLength: 1_000 },
    // Node looks for overdue requests only every 30 s unless told.
    http: { headersTimeout: headersTimeoutMs, connectionsCheckingInterval: 5_000 },
  });
