import { containersOf, docker } from '../engine.mjs';
import { imageOf } from '../images.mjs';
import { ensure, until } from './checks.mjs';

/** With the overlay the provider, and nothing else, has the engine's socket, and runs a function in a container. */
export async function runsContainers(stack) {
  await stack.run('up.mjs', stack.name, '--containers');
  const holders = containersOf(stack.project).filter(({ mounts }) => mounts.some((path) => path.endsWith('.sock')));
  ensure(String(holders.map(({ service }) => service)) === 'provider', 'not the provider alone has the socket');
  await stack.deploy({
    service: 'boxed',
    image: imageOf('functions'),
    envVars: { PORT: '8080' },
    annotations: { 'later.dev/runtime': 'container' },
  });
  const calling = () =>
    fetch(`${stack.gatewayUrl}/function/boxed/figlet`, {
      method: 'POST',
      body: 'a',
      // A call waits for the first instance, as long as its start may take.
      signal: AbortSignal.timeout(35_000),
    });
  const answer = await until('the function answers', 60_000, async () => {
    const answered = await calling();
    return answered.ok && answered.text();
  });
  ensure(answer.includes(String.raw`/ _`), `the function answered ${answer}`);
  const ids = containersOfFunctions();
  ensure(ids.length > 0, 'there is no container of a function');
  await stack.run('up.mjs', stack.name);
  ensure(containersOfFunctions().length === 0, 'its container outlived the provider that had the socket');
  ensure(
    (await stack.isDeployed('proof')) && (await stack.isDeployed('boxed')),
    'what was deployed is gone without the overlay',
  );
  return `a function ran in ${ids.length} container, started by the provider; without the overlay all else is as it was`;
}

/** What the provider made on the engine for it. */
export const containersOfFunctions = () =>
  docker('ps', '--all', '--quiet', '--filter', 'label=later.dev/function=boxed.openfaas-fn')
    .split('\n')
    .filter(Boolean);
