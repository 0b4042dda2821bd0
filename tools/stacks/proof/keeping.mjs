import { containersOf, docker } from '../engine.mjs';
import { ensure, until } from './checks.mjs';
import { containersOfFunctions } from './containers.mjs';

const waiting = 20;

/** What waits, and what is deployed, is there again after the containers were removed and made anew. */
export async function keepsWhatWaits(stack) {
  for (const index of [0, 1]) docker('stop', stack.container('queue-worker', index).name);
  const ids = Array.from({ length: waiting }, (_, index) => `${stack.name}-waiting-${index}`);
  for (const id of ids) await stack.submit(id);
  await stack.down();
  ensure(containersOf(stack.project).length === 0, 'containers are left after down');
  await stack.run('up.mjs', stack.name);
  await stack.bringWitness();
  const came = performance.now();
  let done = [0, 0];
  await until('the calls that waited are called back', 120_000, async () => {
    const { executed, calledBack } = await stack.witness('/counts');
    done = [executed, calledBack].map((times) => ids.filter((id) => times[id]).length);
    return done[1] === waiting;
  }).catch((error) => {
    throw new Error(`${error.message}: ${done[0]} of ${waiting} executed, ${done[1]} called back`);
  });
  const seconds = ((performance.now() - came) / 1000).toFixed(1);
  return `${waiting} calls that waited were executed by a function deployed before, within ${seconds} s of its return`;
}

/** Removes what a proof left that was ended in the middle: it would be taken for this one's. */
export function clearsAway(stack) {
  const functions = containersOfFunctions();
  if (functions.length > 0) docker('rm', '--force', ...functions);
  return leavesNothing(stack);
}

/** Also of what runs in containers of its own. */
export async function leavesNothing(stack) {
  await stack.down('--volumes');
  const filter = ['--filter', `label=com.docker.compose.project=${stack.project}`];
  const left = [
    docker('ps', '--all', '--quiet', ...filter),
    docker('network', 'ls', '--quiet', ...filter),
    docker('volume', 'ls', '--quiet', ...filter),
    ...containersOfFunctions(),
  ].filter(Boolean);
  ensure(left.length === 0, `left: ${left.join(' ')}`);
  return 'no container, network or volume is left';
}
