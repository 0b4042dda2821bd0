import { ProviderUnavailableError } from '@later/provider-client';
import { readBody } from '@later/http-kit';

import {
  maxBodyBytes,
  type SystemAnswer,
  type FunctionAdmin,
  type SystemHandler,
  type SystemRequest,
} from '../function-admin.js';
import { namedFunctions } from './named-functions.js';

/** Asks the provider the same, and answers what it answers. */
export const passOn: SystemHandler = async (system, request) => {
  return pass(system, request, await readBody(request.request, maxBodyBytes));
};

/** Deploys, updates or removes a function. */
export const changeFunctions: SystemHandler = (system, request) =>
  change(system, request, (body, answer) => {
    const gone = request.method === 'DELETE' && answer !== undefined && answer.status < 300;
    for (const address of namedFunctions(body, request.query)) {
      if (gone) system.directory.forget(address);
      else system.directory.expire(address);
      if (gone) system.invocations?.forget(address);
    }
  });

export const scaleFunction: SystemHandler = (system, request) =>
  change(system, request, (body) => {
    for (const address of namedFunctions(body, request.query, request.name)) system.directory.expire(address);
  });

/** A namespace takes its functions with it. */
export const changeNamespace: SystemHandler = (system, request) =>
  change(system, request, () => system.directory.expireAll());

/** @param changed comes after every answer, and where there was none: the provider may have done it all the same */
async function change(
  system: FunctionAdmin,
  request: SystemRequest,
  changed: (body: Buffer, answer?: SystemAnswer) => void,
): Promise<SystemAnswer> {
  const body = await readBody(request.request, maxBodyBytes);
  let answer: SystemAnswer | undefined;
  try {
    return (answer = await pass(system, request, body));
  } finally {
    changed(body, answer);
  }
}

async function pass(
  { provider, log }: FunctionAdmin,
  { method, path }: SystemRequest,
  body: Buffer,
): Promise<SystemAnswer> {
  const answer = await provider.pass({ method, path, body });
  if (method !== 'GET') log.info({ method, path, status: answer.status }, 'Asked of the provider');
  return asAnswer(provider.url, answer);
}

/** @throws ProviderUnavailableError for a 401: the client is who it should be, it is us that the provider refuses */
export function asAnswer<Body>(
  url: string,
  {
    status,
    contentType,
    body,
  }: { readonly status: number; readonly contentType: string | undefined; readonly body: Body },
): { readonly status: number; readonly headers: Readonly<Record<string, string>>; readonly body: Body } {
  if (status === 401)
    throw new ProviderUnavailableError('unauthorized', url, 'refuses the user that the gateway gives');
  return { status, headers: contentType === undefined ? {} : { 'Content-Type': contentType }, body };
}
