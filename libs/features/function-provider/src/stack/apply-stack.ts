import { isDeepStrictEqual } from 'node:util';

import { InvalidRequestError } from '@later/http-kit';
import { laterAnnotations, type Deployment } from '@later/function-schema';

import type { FunctionProvider } from '../deploying/function-provider.js';
import { NotFoundError } from '../deploying/change-errors.js';

/**
 * Makes what is deployed follow a stack file: deploys what is new in it or has changed, and removes what was deployed
 * from it and is no longer there. Functions deployed by other ways are left alone, unless the file names them.
 * @returns those that cannot be deployed as things are, each with why: one that names a secret that is not there yet does
 *   not keep the others from it
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
  const changed = wanted.filter((each) => !isDeepStrictEqual(plain(find(deployed, each)), plain(each)));
  // Of whatever file: a provider follows one, and another in its place is the same stack.
  const gone = deployed
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
    ...gone.map(({ service, namespace }) => functions.remove({ name: service, namespace }).catch(ignoreNotFound)),
  ]);
  return refused;
}

const find = (among: readonly Deployment[], { service, namespace }: Deployment): Deployment | undefined =>
  among.find((each) => each.service === service && each.namespace === namespace);

/** As it is after it was on disk: without what is undefined. */
const plain = (given: Deployment | undefined): unknown => (given ? JSON.parse(JSON.stringify(given)) : undefined);

/** The function was already removed through the API. */
function ignoreNotFound(error: unknown): void {
  if (!(error instanceof NotFoundError)) throw error;
}
