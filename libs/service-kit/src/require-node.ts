/** Imported before all else, so that an old Node is told in a sentence and not in a stack of missing functions. */
const needed = 26;

if (Number(process.versions.node.split('.')[0]) < needed) {
  process.stderr.write(
    `Later needs Node ${needed} or newer; this is ${process.version}. ` +
      `The workspace brings its own: run "npx node" in the place of "node".\n`,
  );
  process.exit(78);
}

export {};
