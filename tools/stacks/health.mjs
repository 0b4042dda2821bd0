/** `npm run health`: the health of each running container, and the gateway's answer. Status 1 unless all are healthy. */
import { readArguments } from '../scripts/arguments.mjs';
import { fail, say } from '../scripts/workspace.mjs';
import { containersOf, isWell, requireEngine } from './engine.mjs';
import { gatewayUrl } from './settings.mjs';
import { stackNames, stackOf } from './stacks.mjs';

readArguments({
  command: 'npm run health',
  about: ['Says how each container is, and what the gateway says of itself.'],
});
requireEngine();
const up = stackNames.map(stackOf).filter(({ project }) => containersOf(project).length > 0);
if (up.length === 0) fail('nothing is up', `npm run up -- ${stackNames.join('|')}`);
let well = true;
for (const { project } of up) {
  const containers = containersOf(project).toSorted((one, other) => (one.name < other.name ? -1 : 1));
  const state = ({ running, health }) => (running ? health || 'running' : 'ended');
  say([project, ...containers.map((container) => `  ${container.name.padEnd(44)} ${state(container)}`)].join('\n'));
  well &&= containers.every(isWell);
}
const ready = await fetch(`${gatewayUrl}/readyz`, { signal: AbortSignal.timeout(5_000) }).then(
  async (answer) => ({ ok: answer.ok, text: `${answer.status} ${(await answer.text()).trim()}` }),
  (error) => ({ ok: false, text: String(error.cause?.message ?? error.message) }),
);
say(`${gatewayUrl}/readyz: ${ready.text}`);
process.exit(well && ready.ok ? 0 : 1);
