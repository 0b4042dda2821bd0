/** @returns how many steps of the lab were as they should be */
export async function walksTheLab(stack) {
  const said = await stack.run('smoke.mjs');
  return `${said.split('\n').filter((line) => /^ {2}\S/.test(line)).length} steps`;
}
