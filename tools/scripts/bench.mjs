/** `npm run bench`: the figures on this machine. */
import { readArguments } from './arguments.mjs';
import { become, build, install, node } from './workspace.mjs';

readArguments({
  command: '[TRANSPORTS=NAME,…] [SECONDS=5] npm run bench',
  about: [
    'Prints figures of this machine, each next to the one it is measured by: two minutes, in which nothing else should run.',
    '',
    'TRANSPORTS=nats,bullmq  picks among embedded, nats and bullmq',
    'SECONDS=5               how long each figure is measured',
  ],
});
install();
await build();
become(node, ['tools/bench/dist/main.js']);
