import { expect, test } from 'vitest';

import { containerRuntimeConfig } from './container-runtime-config.js';

test('without variables, the engine is the one of this machine', () => {
  expect(containerRuntimeConfig.parse({})).toEqual({
    DOCKER_HOST: 'unix:///var/run/docker.sock',
    CONTAINER_REACH: 'published',
  });
});

test('CONTAINER_REACH=network requires CONTAINER_NETWORK', () => {
  expect(containerRuntimeConfig.safeParse({ CONTAINER_REACH: 'network' }).error?.issues).toMatchObject([
    { path: ['CONTAINER_NETWORK'] },
  ]);
  const both = { CONTAINER_REACH: 'network', CONTAINER_NETWORK: 'later_functions' };
  expect(containerRuntimeConfig.parse(both)).toMatchObject(both);
});
