import { parseRequest } from '@later/http-kit';
import { defaultNamespace, functionName, type FunctionAddress } from '@later/job-schema';
import { namespaceName } from '@later/function-schema';
import { z } from 'zod';

const named = z.object({ name: functionName, namespace: namespaceName });

/** The `namespace` of a query; the default namespace when the query has none. */
export const requestedNamespace = (given: string | undefined): string => given || defaultNamespace;

/** @throws InvalidRequestError when the name or the namespace is not valid */
export const requestedAddress = (name: string, namespace: string | undefined): FunctionAddress =>
  parseRequest(named, { name, namespace: requestedNamespace(namespace) });
