import { requireBasicAuth, type BasicAuth } from '@later/service-kit';
import type { FastifyInstance } from 'fastify';

/**
 * Protects `/system/*` and `/ui/` with a password; leaves them open without one. It must be called before the routes are
 * registered.
 */
export const protectSystem =
  (auth: BasicAuth | undefined) =>
  (fastify: FastifyInstance): void => {
    if (auth) requireBasicAuth(fastify, auth, ['/system', '/ui']);
  };
