import { parseRequest } from '@later/http-kit';
import { defaultNamespace, functionName, type FunctionAddress } from '@later/job-schema';
import { namespaceName } from '@later/function-schema';
import { z } from 'zod';

const named = z.object({ name: functionName, namespace: namespaceName });

/** A query's `namespace`, or the one that stands for none. */
export const namespaceOf = (given: string | undefined): string => given || defaultNamespace;

/** @throws InvalidRequestError naming what can be no function's */
export const addressOf = (name: string, namespace: string | undefined): FunctionAddress =>
  parseRequest(named, { name, namespace: namespaceOf(namespace) });
