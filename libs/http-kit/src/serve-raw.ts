import { METHODS } from 'node:http';

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/**
 * Answers every request for these routes, whatever its method and content type, with its body unread on `request.raw`.
 * What Fastify's router itself would refuse comes through when the server has `rewriteUrl: routableUrl`.
 * @param answer resolves once the reply is sent or hijacked
 */
export function serveRaw(
  fastify: FastifyInstance,
  urls: readonly string[],
  answer: (request: FastifyRequest, reply: FastifyReply) => Promise<void>,
): void {
  // Node hands CONNECT to whoever listens for it, never to a route.
  const methods = METHODS.filter((method) => method !== 'CONNECT');
  for (const method of methods)
    if (!fastify.supportedMethods.includes(method)) fastify.addHttpMethod(method, { hasBody: true });
  void fastify.register(async (scope) => {
    // Before a handler runs, Fastify reads the body and refuses content types it does not know. Both are for `answer`,
    // so it is called from the last hook before that; the handler below is never reached.
    scope.addHook('onRequest', async (request, reply) => {
      await answer(request, reply);
      return reply;
    });
    for (const url of urls) scope.route({ method: methods, url, handler: (_request, reply) => reply });
  });
}
