import type { FunctionAddress } from '@later/job-schema';
import type { Deployment } from '@later/function-schema';
import { z } from 'zod';

/** A function as the provider keeps it. What was checked when it came is not checked again. */
export interface StoredFunction {
  readonly deployment: Deployment;
  /** Instances there should be. */
  readonly replicas: number;
  /** Tells one deployment of the name from the next: what runs of another revision is replaced. */
  readonly revision: string;
  /** RFC 3339; of the first deployment under the name. */
  readonly createdAt: string;
}

export const addressOf = ({ deployment: { service, namespace } }: StoredFunction): FunctionAddress => ({
  name: service,
  namespace,
});

/** The same in its file; a later version that adds a field reads an older file by a default here. */
export const storedFunction = z.object({
  deployment: z.custom<Deployment>((value) => typeof value === 'object' && value !== null),
  replicas: z.int().nonnegative(),
  revision: z.string(),
  createdAt: z.string(),
});
