import { fail } from '../scripts/workspace.mjs';
import { stackNames, stackOf } from './stacks.mjs';

/** Reads what a script was given; ends with how it is used when that is nothing it knows. */
export function readArguments(usage, { flags = {}, positional }) {
  const given = { words: [] };
  const rest = process.argv.slice(2);
  const valueOf = (flag, inline) => inline ?? rest.shift() ?? fail(`${flag} of what?`, usage);
  while (rest.length > 0) {
    const argument = rest.shift();
    const [flag, inline] = argument.split('=', 2);
    if (!argument.startsWith('--')) given.words.push(argument);
    else if (flags[flag] === 'switch' && inline === undefined) given[flag] = true;
    else if (flags[flag] === 'list') (given[flag] ??= []).push(valueOf(flag, inline));
    else if (flags[flag] === 'value') given[flag] = valueOf(flag, inline);
    else fail(`unknown argument ${argument}`, usage);
  }
  if (given.words.length < positional.least || given.words.length > positional.most) fail('the arguments', usage);
  return given;
}

/** The stack of that name; ends with the names there are when there is none. */
export const requireStack = (name) =>
  stackOf(name) ?? fail(`there is no stack "${name}"`, `There are ${stackNames.join(', ')}.`);
