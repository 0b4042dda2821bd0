import { checked, InvalidRequestError } from '@later/http-kit';
import { namespaceName, type Namespace } from '@later/function-schema';
import { z } from 'zod';

const inRequest = z.object({ namespace: namespaceName });

/** @throws InvalidRequestError naming the field `namespace` when there is none of this name */
export function expectNamespace(state: { namespace(name: string): Namespace | undefined }, namespace: string): void {
  checked(inRequest, { namespace });
  if (!state.namespace(namespace)) {
    const remedy = `Create it with POST /system/namespace/${namespace}.`;
    throw new InvalidRequestError([`namespace: there is no namespace "${namespace}". ${remedy}`]);
  }
}
