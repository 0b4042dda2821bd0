import { expect, test } from 'vitest';

import { openEngine } from './engine.js';

test.each(['unix://', 'ssh://me@host', 'npipe:////./pipe/docker_engine', 'docker.sock', 'tcp://'])(
  'openEngine refuses the address %s',
  async (address) => {
    await expect(openEngine(address)).rejects.toMatchObject({ code: 'ENGINE_UNREACHABLE' });
    await expect(openEngine(address)).rejects.toThrow(/this is not the address.*Set DOCKER_HOST/);
  },
);
