import { parseRequest, InvalidRequestError } from '@later/http-kit';
import { namespaceName, type Namespace } from '@later/function-schema';
import { z } from 'zod';

const inRequest = z.object({ namespace: namespaceName });

/** @throws InvalidRequestError for the field `namespace` when no namespace has this name */
export function requireNamespace(state: { namespace(name: string): Namespace | undefined }, namespace: string): void {
  parseRequest(inRequest, { namespace });
  if (!state.namespace(namespace)) {
    const remedy = `Create it with POST /system/namespace/${namespace}.`;
    throw new InvalidRequestError([`namespace: there is no namespace "${namespace}". ${remedy}`]);
  }
}
