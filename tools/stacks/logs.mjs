/** `npm run logs [-- SERVICE…]`: follows the output of the running stack's services. */
import { readArguments } from '../scripts/arguments.mjs';
import { fail } from '../scripts/workspace.mjs';
import { compose, containersOf, requireEngine } from './engine.mjs';
import { stackNames, stackOf } from './stacks.mjs';

const { words, once } = readArguments({
  command: 'npm run logs [-- SERVICE…] [--once]',
  about: ['Follows what those services print, or all of them.', '', '--once  prints what there is, and ends'],
  options: { once: { type: 'boolean' } },
  words: { least: 0, most: 9 },
});
requireEngine();
const stack = stackNames.map(stackOf).find(({ project }) => containersOf(project).length > 0);
if (!stack) fail('nothing is up', `npm run up -- ${stackNames.join('|')}`);
const services = [...new Set(containersOf(stack.project).map(({ service }) => service))].toSorted();
const unknown = words.find((word) => !services.includes(word));
if (unknown) fail(`${stack.project} has no service "${unknown}"`, `It has ${services.join(', ')}.`);
const follow = once ? [] : ['--follow'];
process.on('SIGINT', () => undefined);
compose({ project: stack.project, files: [stack.file] }, ['logs', '--tail=200', ...follow, ...words]);
