import { readBody } from '@later/http-kit';

import { sendToProvider } from '../forward-to-provider.js';
import {
  maxBodyBytes,
  type FunctionAdmin,
  type SystemAnswer,
  type SystemHandler,
  type SystemRequest,
} from '../function-admin.js';
import { functionsInRequest } from './functions-in-request.js';

/** Deploys, updates or removes a function. */
export const changeFunctions: SystemHandler = (system, request) =>
  change(system, request, (body, answer) => {
    const removed = request.method === 'DELETE' && answer !== undefined && answer.status < 300;
    for (const address of functionsInRequest(body, request.query)) {
      if (removed) system.directory.forget(address);
      else system.directory.expire(address);
      if (removed) system.invocations?.forget(address);
    }
  });

export const scaleFunction: SystemHandler = (system, request) =>
  change(system, request, (body) => {
    for (const address of functionsInRequest(body, request.query, request.name)) system.directory.expire(address);
  });

/** Creates, updates or removes a namespace. Its functions are removed with it. */
export const changeNamespace: SystemHandler = (system, request) =>
  change(system, request, () => system.directory.expireAll());

/** @param afterwards also called without an answer: the provider may have made the change all the same */
async function change(
  system: FunctionAdmin,
  request: SystemRequest,
  afterwards: (body: Buffer, answer?: SystemAnswer) => void,
): Promise<SystemAnswer> {
  const body = await readBody(request.request, maxBodyBytes);
  let answer: SystemAnswer | undefined;
  try {
    return (answer = await sendToProvider(system, request, body));
  } finally {
    afterwards(body, answer);
  }
}
