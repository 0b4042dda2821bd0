/** Runs in an image, as its user and without a network. Prints as JSON what an image must not contain; arguments are texts. */
const { readdirSync, readFileSync, existsSync, accessSync } = require('node:fs');
const { join } = require('node:path');

const [, ...forbidden] = process.argv;
const files = readdirSync('/app', { recursive: true, withFileTypes: true }).filter((each) => each.isFile());
const names = files.map(({ name, parentPath }) => join(parentPath, name));
const containing = (test) => names.filter((name) => test(readFileSync(name, 'utf8')));
const onPath = (name) =>
  process.env.PATH.split(':')
    .map((folder) => join(folder, name))
    .filter(existsSync);
const isWritable = (name) => {
  try {
    accessSync(name, 2);
    return true;
  } catch {
    return false;
  }
};
const naming = (text) => containing((content) => content.includes(text)).map((name) => `${name} has ${text}`);

console.log(
  JSON.stringify({
    uid: process.getuid(),
    compilers: ['cc', 'gcc', 'g++', 'clang', 'make', 'ld', 'tsc', 'rustc', 'go'].flatMap(onPath),
    packages: readdirSync('/app').filter((name) => name === 'node_modules'),
    maps: [
      ...names.filter((name) => name.endsWith('.map')),
      ...containing((content) => /^\/\/# sourceMappingURL=/m.test(content)),
    ],
    forbiddenTexts: forbidden.flatMap(naming),
    sources: names.filter((name) => /\.(ts|env|pem|key)$|npmrc|password/.test(name)),
    writable: names.filter(isWritable),
    modules: containing((content) => /node_modules\/(typescript|vitest|rolldown|eslint|nx)\//.test(content)),
    data: readdirSync('/data'),
  }),
);
