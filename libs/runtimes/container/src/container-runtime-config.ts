import { z } from 'zod';

/** The engine that runs functions in containers, and how the provider reaches the containers. */
export const containerRuntimeConfig = z
  .object({
    // Used when the first container starts, so a provider without containers needs no engine.
    DOCKER_HOST: z
      .string()
      .default('unix:///var/run/docker.sock')
      .describe('The engine of the container runtime: `unix:///path` or `tcp://host:port`'),
    CONTAINER_NETWORK: z
      .string()
      .regex(/^[a-zA-Z0-9][\w.-]{0,127}$/, 'expected the name of a network')
      .optional()
      .describe('The network of the functions’ containers; one of their own is made when not set'),
    CONTAINER_REACH: z
      .enum(['published', 'network'])
      .default('published')
      .describe(
        'How the provider reaches a container: by a port `published` on 127.0.0.1, or by its address on the `network`, which a provider in a container must be on itself',
      ),
  })
  .refine(({ CONTAINER_NETWORK, CONTAINER_REACH }) => CONTAINER_REACH !== 'network' || CONTAINER_NETWORK, {
    path: ['CONTAINER_NETWORK'],
    error: 'expected the network that the provider itself is on, because CONTAINER_REACH is "network"',
  });

export type ContainerRuntimeConfig = z.infer<typeof containerRuntimeConfig>;
