import { duration } from '@later/job-schema';
import { z } from 'zod';

const common = {
  DURABILITY: z
    .enum(['none', 'crash', 'power'])
    .default('crash')
    .describe('What accepted calls must survive; an app refuses to start on a broker that cannot give it'),
  ACK_WAIT: duration
    .prefault('30s')
    .describe('How long a worker that fell silent keeps its jobs before they start elsewhere'),
};

const byTransport = z.discriminatedUnion('TRANSPORT', [
  z.object({
    TRANSPORT: z.literal('embedded').describe('`embedded`, `nats` or `bullmq`'),
    DATA_DIR: z.string().default('.later').describe('Where the embedded database lies'),
    ...common,
  }),
  z.object({
    TRANSPORT: z.literal('nats'),
    NATS_URL: z.url({ protocol: /^(nats|tls|wss?)$/ }).describe('The NATS server, with `TRANSPORT=nats`'),
    ...common,
  }),
  z.object({
    TRANSPORT: z.literal('bullmq'),
    REDIS_URL: z.url({ protocol: /^rediss?$/ }).describe('The Redis server, with `TRANSPORT=bullmq`'),
    ...common,
  }),
]);

/** Which transport, and what it needs: the variables of the others are not asked for. */
export const transportConfig = z.preprocess(
  (env) => (typeof env === 'object' && env !== null && !('TRANSPORT' in env) ? { ...env, TRANSPORT: 'embedded' } : env),
  byTransport,
);

export type TransportConfig = z.infer<typeof transportConfig>;
export type TransportName = TransportConfig['TRANSPORT'];
