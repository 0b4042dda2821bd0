/** `npm run bench`: the figures, on whatever this machine is. */
import { become, build, install, node } from './workspace.mjs';

install();
build();
become(node, ['tools/bench/dist/main.js']);
