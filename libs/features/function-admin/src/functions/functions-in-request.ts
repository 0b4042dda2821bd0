import { defaultNamespace, parseFunctionAddress, parseJson, type FunctionAddress } from '@later/job-schema';
import { z } from 'zod';

/** The fields of a body that name a function. The provider checks all other fields. */
const naming = z
  .object({
    service: z.string().optional().catch(undefined),
    functionName: z.string().optional().catch(undefined),
    serviceName: z.string().optional().catch(undefined),
    namespace: z.string().optional().catch(undefined),
  })
  .catch({});

/**
 * Lists the functions that a change may concern. A function that is named in several ways counts as each of them: a
 * needless lookup costs little, but a missed change would keep an old status.
 */
export function functionsInRequest(body: Buffer, query: URLSearchParams, inPath?: string): readonly FunctionAddress[] {
  const named = naming.parse(parseJson(body));
  const namespaces = [named.namespace, query.get('namespace')].filter((each) => each);
  const names = [inPath, named.service, named.functionName, named.serviceName].filter((each) => each !== undefined);
  return names.flatMap((name) => [
    ...(namespaces.length > 0 ? namespaces : [defaultNamespace]).map((namespace) => ({ name, namespace: namespace! })),
    ...(name.includes('.') ? [parseFunctionAddress(name)].filter((address) => address !== undefined) : []),
  ]);
}
