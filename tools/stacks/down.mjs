/** `npm run down [-- STACK…] [--volumes]`: ends the running stacks. Queued calls and deployed functions stay without `--volumes`. */
import { rmSync } from 'node:fs';

import { readArguments } from '../scripts/arguments.mjs';
import { fail, say } from '../scripts/workspace.mjs';
import { anyContainersEnvironment, giveBackVolume } from './containers.mjs';
import { ask, compose, containersOf, requireEngine } from './engine.mjs';
import { serveFolder } from './serving.mjs';
import { requireStack, stackNames } from './stacks.mjs';

/** A container that was about to start again may still use a network that must be removed. */
const tries = 3;

const { words, volumes } = readArguments({
  command: `npm run down [-- ${stackNames.join('|')}] [--volumes]`,
  about: [
    'Ends that stack, or whatever is up.',
    '',
    '--volumes  removes queued calls and deployed functions too; else they stay',
  ],
  options: { volumes: { type: 'boolean' } },
  words: { least: 0, most: stackNames.length },
});
const asked = words.map(requireStack);
requireEngine();
const stacks = (asked.length > 0 ? asked : stackNames.map(requireStack)).filter(
  (stack) => volumes || asked.length > 0 || containersOf(stack.project).length > 0,
);
if (stacks.length === 0) say('Nothing is up.');
for (const stack of stacks) takeDown(stack);
rmSync(serveFolder, { recursive: true, force: true });

function takeDown({ project, file, servingFile, containersFile }) {
  say(`Ending ${project}`);
  if (!volumes) giveBackVolume(project);
  const files = [file, servingFile, containersFile].filter(Boolean);
  const args = ['down', '--remove-orphans', ...(volumes ? ['--volumes'] : [])];
  for (let tried = 1; ; tried++) {
    const { ok, said } = compose({ project, files, environment: anyContainersEnvironment }, args, { quiet: true });
    const networks = ask('docker', [
      'network',
      'ls',
      '--quiet',
      '--filter',
      `label=com.docker.compose.project=${project}`,
    ]);
    if (ok && networks.out === '') return;
    if (tried === tries) fail(`${project} is not down`, said.split('\n').slice(-6).join('\n'));
  }
}
