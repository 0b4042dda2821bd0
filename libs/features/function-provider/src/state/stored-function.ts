import type { FunctionAddress } from '@later/job-schema';
import type { Deployment } from '@later/function-schema';
import { z } from 'zod';

/** A function as the provider stores it. The deployment was checked when it was deployed. */
export interface StoredFunction {
  readonly deployment: Deployment;
  /** The number of instances that should run. */
  readonly replicas: number;
  /** Identifies this deployment: instances of another revision are replaced. */
  readonly revision: string;
  /** When a function of this name was first deployed, RFC 3339. */
  readonly createdAt: string;
}

export const storedAddress = ({ deployment: { service, namespace } }: StoredFunction): FunctionAddress => ({
  name: service,
  namespace,
});

/** The content of a function's file. A field that a later version adds needs a default here, for older files. */
export const storedFunction = z.object({
  deployment: z.custom<Deployment>((value) => typeof value === 'object' && value !== null),
  replicas: z.int().nonnegative(),
  revision: z.string(),
  createdAt: z.string(),
});
