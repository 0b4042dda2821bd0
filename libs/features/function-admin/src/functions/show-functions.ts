import { defaultNamespace, parseJson } from '@later/job-schema';
import { z } from 'zod';

import { forwardToProvider } from '../forward-to-provider.js';
import type { InvocationCounts, SystemAnswer, SystemHandler } from '../function-admin.js';

/** The fields of a status that the count needs. All other fields stay as the provider wrote them. */
const counted = z.looseObject({
  name: z.string(),
  namespace: z.string().nullish(),
  invocationCount: z.number().nullish(),
});

export const listFunctions: SystemHandler = async (system, request) =>
  withCounts(z.array(counted), await forwardToProvider(system, request), (list) =>
    list.map((status) => addCount(status, system.invocations)),
  );

export const readFunction: SystemHandler = async (system, request) =>
  withCounts(counted, await forwardToProvider(system, request), (status) => addCount(status, system.invocations));

function withCounts<Schema extends z.ZodType>(
  schema: Schema,
  answer: SystemAnswer,
  count: (status: z.output<Schema>) => unknown,
): SystemAnswer {
  if (answer.status !== 200) return answer;
  const read = schema.safeParse(parseJson(answer.body));
  return read.success ? { ...answer, body: JSON.stringify(count(read.data)) } : answer;
}

/** The provider's count and the gateway's together: each counts other calls. */
function addCount(status: z.infer<typeof counted>, invocations: InvocationCounts | undefined): unknown {
  const { name, namespace, invocationCount } = status;
  const taken = invocations?.of({ name, namespace: namespace || defaultNamespace }) ?? 0;
  return { ...status, invocationCount: (invocationCount ?? 0) + taken };
}
