import { parseArgs } from 'node:util';

import { fail } from './workspace.mjs';

/**
 * Reads the arguments of a command. Ends the process with its usage for `--help` and for unknown arguments.
 * @param command its name and its arguments: `npm run up -- STACK [--containers]`
 * @param about its purpose and each option, one line each
 * @param options in the form of Node's `parseArgs`
 * @param words the most arguments that are not options
 */
export function readArguments({ command, about, options = {}, words = { least: 0, most: 0 } }) {
  const usage = `Usage: ${command}\n\n${about.map((line) => `${line && `  ${line}`}\n`).join('')}`;
  const { values, positionals } = parsed({ ...options, help: { type: 'boolean', short: 'h' } }, usage);
  if (values.help) {
    process.stdout.write(usage);
    process.exit(0);
  }
  if (positionals.length < words.least) fail('something is missing', usage);
  if (positionals.length > words.most) fail(`there is no use for "${positionals[words.most]}"`, usage);
  return { ...values, words: positionals };
}

function parsed(options, usage) {
  try {
    return parseArgs({ options, allowPositionals: true });
  } catch (error) {
    // Node's message names the argument, and then explains positional ones.
    return fail(error.message.split('. ')[0], usage);
  }
}
