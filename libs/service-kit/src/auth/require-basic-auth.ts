import type { FastifyInstance } from 'fastify';

import type { BasicAuth } from './basic-auth.js';
import { isProtected } from './protected-path.js';

/**
 * Asks for the user on everything under these paths, whatever the method and however the path is written. To be called
 * before the routes are registered: a Fastify hook does not reach into scopes that were there before it.
 * @param paths each with its first slash and without a last one: `/system`
 */
export function requireBasicAuth(fastify: FastifyInstance, auth: BasicAuth, paths: readonly string[]): void {
  // Without a promise: it is asked before every call too.
  fastify.addHook('onRequest', (request, reply, next) => {
    if (!isProtected(paths, { routeUrl: request.routeOptions.url, sentUrl: request.originalUrl })) return next();
    if (auth.admits(request.headers.authorization)) return next();
    void reply
      .status(401)
      .headers({ 'WWW-Authenticate': 'Basic realm="Restricted"', 'Content-Type': 'text/plain; charset=utf-8' })
      .send(
        'This needs a user and a password: log in with "faas-cli login", or send them with "curl -u USER:PASSWORD".\n' +
          'The password is BASIC_AUTH_PASSWORD or in BASIC_AUTH_PASSWORD_FILE, where the process was started with one ' +
          'of them, else in the file basic-auth-password of its DATA_DIR.\n',
      );
  });
}
