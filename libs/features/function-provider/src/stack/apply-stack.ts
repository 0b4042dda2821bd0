import { isDeepStrictEqual } from 'node:util';

import { InvalidRequestError } from '@later/http-kit';
import { laterAnnotations, type Deployment } from '@later/function-schema';

import type { FunctionProvider } from '../deploying/function-provider.js';
import { NotFoundError } from '../deploying/change-errors.js';

/**
 * Deploys the new and changed functions of a stack file, and removes those that a stack file deployed and that it no
 * longer contains. A function that was deployed through the API stays, unless the file has one of the same name.
 * @returns the functions that could not be deployed, each with its reason; the others are deployed all the same
 */
export async function applyStack(
  functions: FunctionProvider,
  stack: { readonly name: string; readonly deployments: readonly Deployment[] },
): Promise<ReadonlyMap<string, string>> {
  const deployed = [...functions.all()].map(({ deployment }) => deployment);
  const wanted = stack.deployments.map((each) => ({
    ...each,
    annotations: { ...each.annotations, [laterAnnotations.stack]: stack.name },
  }));
  const changed = wanted.filter((each) => !isDeepStrictEqual(asStored(find(deployed, each)), asStored(each)));
  // Whatever file they came from: a provider follows one file, and a renamed file is the same stack.
  const removed = deployed
    .filter(({ annotations }) => annotations[laterAnnotations.stack] !== undefined)
    .filter((each) => !find(wanted, each));
  const refused = new Map<string, string>();
  const deploy = async (each: Deployment): Promise<void> => {
    try {
      await functions.deploy(each);
    } catch (error) {
      if (!(error instanceof InvalidRequestError)) throw error;
      refused.set(each.service, error.message);
    }
  };
  await Promise.all([
    ...changed.map(deploy),
    ...removed.map(({ service, namespace }) => functions.remove({ name: service, namespace }).catch(ignoreNotFound)),
  ]);
  return refused;
}

const find = (among: readonly Deployment[], { service, namespace }: Deployment): Deployment | undefined =>
  among.find((each) => each.service === service && each.namespace === namespace);

/** A deployment as it is read back from disk, without undefined fields, so that the two compare equal. */
const asStored = (given: Deployment | undefined): unknown => (given ? JSON.parse(JSON.stringify(given)) : undefined);

/** The function was already removed through the API. */
function ignoreNotFound(error: unknown): void {
  if (!(error instanceof NotFoundError)) throw error;
}
