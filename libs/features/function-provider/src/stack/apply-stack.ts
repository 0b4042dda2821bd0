import { isDeepStrictEqual } from 'node:util';

import { InvalidRequestError } from '@later/http-kit';
import { laterAnnotations, type Deployment } from '@later/job-schema';
import type { Logger } from '@later/service-kit';

import type { FunctionProvider } from '../deploying/function-provider.js';
import { RefusedError } from '../deploying/refused-error.js';

/**
 * Makes what is deployed follow a stack file: deploys what is new in it or has changed, and removes what was deployed
 * from it and is no longer there. Functions deployed by other ways are left alone, unless the file names them.
 */
export async function applyStack(
  functions: FunctionProvider,
  stack: { readonly name: string; readonly deployments: readonly Deployment[] },
  log: Logger,
): Promise<void> {
  const deployed = [...functions.all()].map(({ deployment }) => deployment);
  const wanted = stack.deployments.map((each) => ({
    ...each,
    annotations: { ...each.annotations, [laterAnnotations.stack]: stack.name },
  }));
  const changed = wanted.filter((each) => !isDeepStrictEqual(plain(find(deployed, each)), plain(each)));
  const gone = deployed.filter(
    (each) => each.annotations[laterAnnotations.stack] === stack.name && !find(wanted, each),
  );
  await Promise.all([
    ...changed.map((each) => functions.deploy(each).catch(tellIfRefused(each, log))),
    ...gone.map(({ service, namespace }) => functions.remove({ name: service, namespace }).catch(unlessRefused)),
  ]);
}

const find = (among: readonly Deployment[], { service, namespace }: Deployment): Deployment | undefined =>
  among.find((each) => each.service === service && each.namespace === namespace);

/** As it is after it was on disk: without what is undefined. */
const plain = (given: Deployment | undefined): unknown => (given ? JSON.parse(JSON.stringify(given)) : undefined);

/** Somebody else has removed it first. */
function unlessRefused(error: unknown): void {
  if (!(error instanceof RefusedError)) throw error;
}

/** One that names a secret that is not there yet does not keep the others from being deployed. */
const tellIfRefused =
  ({ service }: Deployment, log: Logger) =>
  (error: unknown): void => {
    if (!(error instanceof InvalidRequestError)) throw error;
    log.error({ function: service, reason: error.message }, 'Could not deploy from the stack file');
  };
