import type { ConfigSections } from './read-config.js';
import { variablesOf } from './variables.js';

/** The text of `--help`: every variable that an app reads, with its default. */
export function helpText(name: string, sections: ConfigSections): string {
  const variables = Object.values(sections).flatMap(variablesOf);
  const unique = [...new Map(variables.map((variable) => [variable.name, variable])).values()];
  const width = Math.max(...unique.map(({ name: each }) => each.length));
  const lines = unique.map(({ name: each, default: value, meaning }) => {
    const suffix = value === undefined ? '' : ` [${value}]`;
    return `  ${each.padEnd(width)}  ${meaning.replaceAll('`', '')}${suffix}`;
  });
  return [
    `Later's ${name}.`,
    '',
    'Options:',
    '  --help         prints this text',
    '  --healthcheck  asks the running process with the same environment for its health; exit status 0 means healthy',
    '',
    'Environment variables [default]:',
    ...lines,
    '',
  ].join('\n');
}
