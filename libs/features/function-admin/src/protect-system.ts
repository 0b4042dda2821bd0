import { requireBasicAuth, type BasicAuth } from '@later/service-kit';
import type { FastifyInstance } from 'fastify';

/**
 * Keeps `/system/*` and `/ui/` for who knows the password; leaves them open when nobody is asked for one. It is to be
 * called before any route is there.
 */
export const protectSystem =
  (auth: BasicAuth | undefined) =>
  (fastify: FastifyInstance): void => {
    if (auth) requireBasicAuth(fastify, auth, ['/system', '/ui']);
  };
