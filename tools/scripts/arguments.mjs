import { parseArgs } from 'node:util';

import { fail } from './workspace.mjs';

/**
 * Reads what a command was given. Ends with how it is used when it is asked for that, or given what it does not know.
 * @param command what it is called by, and what may follow: `npm run up -- STACK [--containers]`
 * @param about what it does, and each option, a line each
 * @param options as `parseArgs` of Node takes them
 * @param words how many there may be that are no option
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
    // Node's own words name the argument, and then go on about positional ones.
    return fail(error.message.split('. ')[0], usage);
  }
}
