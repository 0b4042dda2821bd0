import { positiveDuration } from '@later/job-schema';
import { z } from 'zod';

/** Checked apart from the union, so that a wrong `TRANSPORT` does not hide other faults. */
const everyTransport = z.object({
  DURABILITY: z
    .enum(['none', 'crash', 'power'])
    .default('crash')
    .describe('What accepted calls must survive; an app refuses to start on a broker that cannot give it'),
  ACK_WAIT: positiveDuration
    .prefault('30s')
    .describe('How long a worker that fell silent keeps its jobs before they start elsewhere'),
});

const byTransport = z.discriminatedUnion('TRANSPORT', [
  z.object({
    TRANSPORT: z.literal('embedded').describe('`embedded` (also when not set), `nats` or `bullmq`'),
    DATA_DIR: z.string().default('.later').describe('Where the embedded database lies'),
  }),
  z.object({
    TRANSPORT: z.literal('nats'),
    NATS_URL: z.url({ protocol: /^(nats|tls|wss?)$/ }).describe('The NATS server, with `TRANSPORT=nats`'),
  }),
  z.object({
    TRANSPORT: z.literal('bullmq'),
    REDIS_URL: z.url({ protocol: /^rediss?$/ }).describe('The Redis server, with `TRANSPORT=bullmq`'),
  }),
]);

/** The chosen transport and its settings. The variables of the other transports are not required. */
export const transportConfig = z.preprocess(
  (env) => (typeof env === 'object' && env !== null && !('TRANSPORT' in env) ? { ...env, TRANSPORT: 'embedded' } : env),
  z.intersection(byTransport, everyTransport),
);

export type TransportConfig = z.infer<typeof transportConfig>;
export type TransportName = TransportConfig['TRANSPORT'];
