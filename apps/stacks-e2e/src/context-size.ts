import { ask, docker } from '@later/stacks';
import { expect } from 'vitest';

import { root } from './run-command.js';

const image = 'later/context:proof';

/** The size in bytes of the files that an engine is sent to build an image. */
export function contextSize(): number {
  const { ok, said } = ask('docker', ['build', '--tag', image, '--file', '-', '.'], {
    cwd: root,
    input: 'FROM scratch\nCOPY . /\n',
  });
  expect(ok, said).toBe(true);
  const size = Number(docker('image', 'inspect', '--format', '{{.Size}}', image));
  docker('image', 'rm', image);
  return size;
}
