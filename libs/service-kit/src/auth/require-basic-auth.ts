import { sendRefusal, type Refusal } from '@later/http-kit';
import type { FastifyInstance } from 'fastify';

import type { BasicAuth } from './basic-auth.js';
import { isProtected } from './protected-path.js';

const unauthorized: Refusal = {
  status: 401,
  text:
    'This needs a user and a password: log in with "faas-cli login", or send them with "curl -u USER:PASSWORD".\n' +
    'The password is BASIC_AUTH_PASSWORD or in BASIC_AUTH_PASSWORD_FILE, where the process was started with one ' +
    'of them, else in the file basic-auth-password of its DATA_DIR.',
  headers: { 'WWW-Authenticate': 'Basic realm="Restricted"' },
};

/**
 * Requires the user and password for everything under these paths, for every method and every spelling of the path. Call
 * it before the routes are registered: a Fastify hook does not reach scopes that were registered before it.
 * @param paths each with a leading slash and without a trailing one: `/system`
 */
export function requireBasicAuth(fastify: FastifyInstance, auth: BasicAuth, paths: readonly string[]): void {
  // With a callback and not a promise, because the hook also runs before every call.
  fastify.addHook('onRequest', (request, reply, next) => {
    if (!isProtected(paths, { routeUrl: request.routeOptions.url, sentUrl: request.originalUrl })) return next();
    if (auth.isAuthorized(request.headers.authorization)) return next();
    void sendRefusal(reply, unauthorized);
  });
}
