/** `npm start`: Later in one process, from a fresh clone. */
import { readArguments } from './arguments.mjs';
import { become, build, install, node } from './workspace.mjs';

readArguments({
  command: '[SETTING=VALUE]… npm start',
  about: [
    'Runs Later in one process: gateway, provider, queue-worker, callback-dispatcher and the sample functions.',
    'Installs and builds what is missing.',
    '',
    'PORT=8090  where it listens; all settings are in docs/reference/configuration.md',
  ],
});
install();
await build();
become(node, ['apps/standalone/dist/main.js']);
