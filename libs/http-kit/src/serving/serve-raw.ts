import { METHODS } from 'node:http';

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/**
 * Passes every request for these routes to `answer`, whatever its method and content type. Its body is unread on
 * `request.raw`. A server with `rewriteUrl: routableUrl` also passes paths that Fastify's router would refuse.
 * @param answer resolves when the reply is sent or hijacked
 */
export function serveRaw(
  fastify: FastifyInstance,
  urls: readonly string[],
  answer: (request: FastifyRequest, reply: FastifyReply) => Promise<void>,
): void {
  // Node gives CONNECT only to listeners of its own event, never to a route.
  const methods = METHODS.filter((method) => method !== 'CONNECT');
  for (const method of methods)
    if (!fastify.supportedMethods.includes(method)) fastify.addHttpMethod(method, { hasBody: true });
  void fastify.register(async (scope) => {
    // Before a route's handler, Fastify reads the body and refuses unknown content types. `answer` needs the body unread
    // and takes every type. So the last hook before that step calls it, and the handler below never runs.
    scope.addHook('onRequest', async (request, reply) => {
      await answer(request, reply);
      return reply;
    });
    for (const url of urls) scope.route({ method: methods, url, handler: (_request, reply) => reply });
  });
}
