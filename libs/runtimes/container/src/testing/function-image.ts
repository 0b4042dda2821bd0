import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { Readable } from 'node:stream';

import { pack } from 'tar-stream';

import { unlessGone, type Engine } from '../engine/engine.js';

/** An image that a test made, and that goes with it. */
export interface FunctionImage extends AsyncDisposable {
  readonly name: string;
}

/**
 * Builds an image that runs its `fprocess` as a server on 8080, as a user without rights.
 * @param programs files that are put in its working directory
 * @param instructions more lines of its Dockerfile
 */
export async function buildFunctionImage(
  engine: Engine,
  programs: readonly URL[],
  instructions: readonly string[] = [],
): Promise<FunctionImage> {
  const name = `later-test-function:${randomUUID()}`;
  const dockerfile = [
    'FROM node:26-slim',
    'WORKDIR /function',
    ...(programs.length > 0 ? ['COPY *.mjs ./'] : []),
    'ENV PORT=8080',
    'USER 1000:1000',
    // As a watchdog does it: split on spaces. A shell would drop what it takes for no name of a variable.
    `CMD ["node", "-e", "process.execve(process.execPath, process.env.fprocess.split(' '))"]`,
    ...instructions,
  ];
  const context = pack();
  context.entry({ name: 'Dockerfile' }, dockerfile.join('\n'));
  for (const program of programs) context.entry({ name: basename(program.pathname) }, await readFile(program));
  context.finalize();
  // Podman leaves health checks out of the format that it builds by itself; Docker knows no such option.
  const format = { outputformat: 'application/vnd.docker.distribution.manifest.v2+json' };
  const options = { t: name, rm: true, forcerm: true, ...format };
  const progress = await engine.buildImage(Readable.from(context, { objectMode: false }), options);
  await new Promise<void>((resolve, reject) => {
    engine.modem.followProgress(progress, (error) => (error ? reject(error) : resolve()));
  });
  return { name, [Symbol.asyncDispose]: () => unlessGone(engine.getImage(name).remove()) };
}
