/** `npm start`: Later in one process, from a fresh clone. */
import { become, build, install, node } from './workspace.mjs';

install();
build();
become(node, ['apps/standalone/dist/main.js']);
