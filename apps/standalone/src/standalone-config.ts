import { port } from '@later/service-kit';
import { z } from 'zod';

/** The ports of the roles in one process. */
export const standaloneConfig = z.object({
  PORT: port.min(1).default(8080).describe('The port of the gateway'),
  PROVIDER_PORT: port.min(1).default(8081).describe('The port of the provider'),
  FUNCTIONS_PORT: port.default(8086).describe('The port of the sample functions'),
  HOST: z.string().default('127.0.0.1').describe('The address to listen on; containers set `0.0.0.0`'),
});
