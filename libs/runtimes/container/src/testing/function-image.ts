import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { Readable } from 'node:stream';

import { pack } from 'tar-stream';

import { ignoreMissing } from '../engine/engine-requests.js';
import type { Engine } from '../engine/engine.js';

/** An image that a test built; it is removed when it is disposed of. */
export interface FunctionImage extends AsyncDisposable {
  readonly name: string;
}

/**
 * Builds an image that runs its `fprocess` as a server on port 8080 and as user 1000.
 * @param programs files for the working directory of the image
 * @param instructions additional lines of its Dockerfile
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
    // Splits the command at spaces, as a watchdog does. A shell would drop variables whose names are not valid in shell.
    `CMD ["node", "-e", "process.execve(process.execPath, process.env.fprocess.split(' '))"]`,
    ...instructions,
  ];
  const context = pack();
  context.entry({ name: 'Dockerfile' }, dockerfile.join('\n'));
  for (const program of programs) context.entry({ name: basename(program.pathname) }, await readFile(program));
  context.finalize();
  // Podman's default image format has no health checks; Docker ignores this option.
  const format = { outputformat: 'application/vnd.docker.distribution.manifest.v2+json' };
  const options = { t: name, rm: true, forcerm: true, ...format };
  const progress = await engine.buildImage(Readable.from(context, { objectMode: false }), options);
  await new Promise<void>((resolve, reject) => {
    engine.modem.followProgress(progress, (error) => (error ? reject(error) : resolve()));
  });
  const remove = async (): Promise<void> => void (await ignoreMissing(engine.getImage(name).remove()));
  return { name, [Symbol.asyncDispose]: remove };
}
