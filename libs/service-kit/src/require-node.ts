/** Checks Node's version before other modules are loaded: an old Node would fail in them with an unclear stack trace. */
const needed = 26;

if (Number(process.versions.node.split('.')[0]) < needed) {
  process.stderr.write(
    `Later needs Node ${needed} or newer; this is ${process.version}. ` +
      `The workspace brings its own: run "npx node" instead of "node".\n`,
  );
  process.exit(78);
}

export {};
