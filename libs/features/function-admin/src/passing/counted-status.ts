import { defaultNamespace, parseJson } from '@later/job-schema';
import { z } from 'zod';

import type { InvocationCounts, SystemAnswer, SystemHandler } from '../function-admin.js';
import { passOn } from './pass-on.js';

/** Of a status, only what counting takes: the rest goes on as the provider wrote it. */
const counted = z.looseObject({
  name: z.string(),
  namespace: z.string().nullish(),
  invocationCount: z.number().nullish(),
});

export const listFunctions: SystemHandler = async (system, request) =>
  withCounts(z.array(counted), await passOn(system, request), (list) =>
    list.map((status) => countedStatus(status, system.invocations)),
  );

export const readFunction: SystemHandler = async (system, request) =>
  withCounts(counted, await passOn(system, request), (status) => countedStatus(status, system.invocations));

function withCounts<Schema extends z.ZodType>(
  schema: Schema,
  answer: SystemAnswer | undefined,
  count: (read: z.output<Schema>) => unknown,
): SystemAnswer | undefined {
  if (answer?.status !== 200) return answer;
  const read = schema.safeParse(parseJson(answer.body));
  return read.success ? { ...answer, body: JSON.stringify(count(read.data)) } : answer;
}

function countedStatus(status: z.infer<typeof counted>, invocations: InvocationCounts | undefined): unknown {
  const { name, namespace, invocationCount } = status;
  const taken = invocations?.of({ name, namespace: namespace || defaultNamespace }) ?? 0;
  return { ...status, invocationCount: (invocationCount ?? 0) + taken };
}
