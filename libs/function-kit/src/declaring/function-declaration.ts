import { byteSize, functionName, positiveDuration } from '@later/job-schema';
import { z } from 'zod';

const limits = z.strictObject({
  maxBodyBytes: byteSize.prefault('1MiB').describe('Largest body; more is answered 413'),
  timeout: positiveDuration
    .prefault('60s')
    .describe('Longest that one call may take, its body included; more is answered 504'),
  maxInFlight: z.int().min(1).optional().describe('Most calls at once; more are answered 429; no limit if unset'),
});

const texts = z.record(z.string(), z.string()).default({});

/** An author's declaration of a function. It is checked at the start of the service. */
export const functionDeclaration = z.strictObject({
  // In a path, these two mean this folder and its parent: clients remove them.
  name: functionName.refine((name) => name !== '.' && name !== '..', 'expected more than dots'),
  description: z.string().optional(),
  limits: limits.prefault({}).transform(({ timeout, ...others }) => ({ ...others, timeoutMs: timeout })),
  labels: texts,
  annotations: texts,
});

/** A declaration as an author writes it. */
export type LaterFunctionOptions = z.input<typeof functionDeclaration>;

/** A checked declaration: in bytes and ms, with every default. */
export type FunctionDeclaration = z.output<typeof functionDeclaration>;
