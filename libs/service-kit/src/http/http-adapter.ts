import { routableUrl } from '@later/http-kit';
import { FastifyAdapter } from '@nestjs/platform-fastify';

/** The longest time that a client may need for its headers, and for its whole request. */
const headersTimeoutMs = 15_000;
const requestTimeoutMs = 300_000;
/** Longer than that of any load balancer, which must be the side that closes an idle connection. */
const keepAliveTimeoutMs = 75_000;

/** A Fastify that refuses no URL by itself. It answers requests that arrive while it closes. */
export const httpAdapter = (): FastifyAdapter =>
  new FastifyAdapter({
    requestTimeout: requestTimeoutMs,
    keepAliveTimeout: keepAliveTimeoutMs,
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    rewriteUrl: routableUrl,
    // The schema limits the length of a name, not the router.
    routerOptions: { maxParamLength: 1_000 },
    // Node's own interval for overdue requests is 30 s.
    http: { headersTimeout: headersTimeoutMs, connectionsCheckingInterval: 5_000 },
  });
