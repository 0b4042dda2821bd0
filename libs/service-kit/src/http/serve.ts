import 'reflect-metadata';

import type { ModuleMetadata } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';

import { nestLogger, type Logger } from '../logger.js';
import { lettingConnectionsGo } from './let-connections-go.js';
import { rawBodyAdapter } from './raw-bodies.js';

export interface Listening {
  readonly url: string;
  readonly app: NestFastifyApplication;
  readonly close: () => Promise<void>;
}

/** Runs a list of Nest modules behind one HTTP port. */
export async function serve(
  log: Logger,
  imports: NonNullable<ModuleMetadata['imports']>,
  { HOST, PORT }: { HOST: string; PORT: number },
): Promise<Listening> {
  class App {}
  const app = await NestFactory.create<NestFastifyApplication>({ module: App, imports }, rawBodyAdapter(), {
    logger: nestLogger(log),
    bodyParser: false,
    abortOnError: false,
  });
  const letGo = lettingConnectionsGo(app.getHttpServer());
  await app.listen(PORT, HOST);
  const close = async (): Promise<void> => {
    const stopWatching = letGo();
    await app.close().finally(stopWatching);
  };
  return { url: await app.getUrl(), app, close };
}
