import 'reflect-metadata';

import type { ModuleMetadata } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';

import { nestLogger, type Logger } from '../logger.js';
import { httpAdapter } from './http-adapter.js';
import { trackConnections } from './close-connections.js';

export interface Listening {
  readonly url: string;
  readonly app: NestFastifyApplication;
  /** Resolves when every request in flight is answered, or cut off because `timeIsOver` aborts. */
  readonly close: (timeIsOver?: AbortSignal) => Promise<void>;
}

/** Runs a list of Nest modules behind one HTTP port. */
export async function serve(
  log: Logger,
  imports: NonNullable<ModuleMetadata['imports']>,
  { HOST, PORT }: { HOST: string; PORT: number },
  before?: (fastify: FastifyInstance) => void,
): Promise<Listening> {
  class App {}
  const app = await NestFactory.create<NestFastifyApplication>({ module: App, imports }, httpAdapter(), {
    logger: nestLogger(log),
    bodyParser: false,
    abortOnError: false,
  });
  const fastify = app.getHttpAdapter().getInstance();
  leaveBodiesUnread(fastify);
  before?.(fastify);
  const closeConnections = trackConnections(app.getHttpServer());
  await app.listen(PORT, HOST);
  const close = async (timeIsOver?: AbortSignal): Promise<void> => {
    const stopClosing = closeConnections(timeIsOver);
    await app.close().finally(stopClosing);
  };
  return { url: await app.getUrl(), app, close };
}

/** A handler reads the body from the request itself: Fastify would refuse unknown content types. */
function leaveBodiesUnread(fastify: FastifyInstance): void {
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('*', (_request, _payload, done) => done(null));
}
