import { port } from '@later/service-kit';
import { z } from 'zod';

/** Where the roles in one process listen. */
export const standaloneConfig = z.object({
  PORT: port.min(1).default(8080).describe('Where the gateway listens'),
  PROVIDER_PORT: port.min(1).default(8081).describe('Where the provider listens'),
  FUNCTIONS_PORT: port.default(8086).describe('Where the sample functions listen'),
  HOST: z.string().default('127.0.0.1').describe('The address to listen on; containers set `0.0.0.0`'),
});
