import { defaultNamespace, parseFunctionAddress, parseJson, type FunctionAddress } from '@later/job-schema';
import { z } from 'zod';

/** Where the bodies of the system API name a function; what else they say is the provider's to judge. */
const naming = z
  .object({
    service: z.string().optional().catch(undefined),
    functionName: z.string().optional().catch(undefined),
    serviceName: z.string().optional().catch(undefined),
    namespace: z.string().optional().catch(undefined),
  })
  .catch({});

/**
 * The functions that a change may be about. One that is named in several ways is taken to be each of them: to ask the
 * provider again for nothing costs little, and to miss the one that changed is what must not be.
 */
export function namedFunctions(body: Buffer, query: URLSearchParams, inPath?: string): readonly FunctionAddress[] {
  const said = naming.parse(parseJson(body));
  const namespaces = [said.namespace, query.get('namespace')].filter((each) => each);
  const names = [inPath, said.service, said.functionName, said.serviceName].filter((each) => each !== undefined);
  return names.flatMap((name) => [
    ...(namespaces.length > 0 ? namespaces : [defaultNamespace]).map((namespace) => ({ name, namespace: namespace! })),
    ...(name.includes('.') ? [parseFunctionAddress(name)].filter((address) => address !== undefined) : []),
  ]);
}
