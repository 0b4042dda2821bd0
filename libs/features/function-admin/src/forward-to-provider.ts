import { readBody } from '@later/http-kit';
import { ProviderUnavailableError, type ProviderAnswer } from '@later/provider-client';

import {
  maxBodyBytes,
  type FunctionAdmin,
  type SystemAnswer,
  type SystemHandler,
  type SystemRequest,
} from './function-admin.js';

/** Sends the request to the provider, and answers with the provider's answer. */
export const forwardToProvider: SystemHandler<SystemAnswer> = async (system, request) =>
  sendToProvider(system, request, await readBody(request.request, maxBodyBytes));

export async function sendToProvider(
  { provider, log }: FunctionAdmin,
  { method, path }: SystemRequest,
  body: Buffer,
): Promise<SystemAnswer> {
  const answer = await provider.request({ method, path, body });
  if (method !== 'GET') log.info({ method, path, status: answer.status }, 'Asked of the provider');
  return asSystemAnswer(provider.url, answer);
}

/** @throws ProviderUnavailableError for a 401: the provider refuses the gateway's own user, not the client */
export function asSystemAnswer<Body>(
  url: string,
  { status, contentType, body }: ProviderAnswer<Body>,
): SystemAnswer<Body> & { readonly headers: Readonly<Record<string, string>> } {
  if (status === 401)
    throw new ProviderUnavailableError('unauthorized', url, 'refuses the user that the gateway gives');
  return { status, headers: contentType === undefined ? {} : { 'Content-Type': contentType }, body };
}
