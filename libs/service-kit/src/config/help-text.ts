import type { ConfigSections } from './read-config.js';
import { variablesOf } from './variables.js';

/** What `--help` prints: every variable that an app reads, with its default. */
export function helpText(name: string, sections: ConfigSections): string {
  const variables = Object.values(sections).flatMap(variablesOf);
  const unique = [...new Map(variables.map((variable) => [variable.name, variable])).values()];
  const width = Math.max(...unique.map(({ name: each }) => each.length));
  const lines = unique.map(({ name: each, default: value, meaning }) => {
    const otherwise = value === undefined ? '' : ` [${value}]`;
    return `  ${each.padEnd(width)}  ${meaning.replaceAll('`', '')}${otherwise}`;
  });
  return [
    `Later's ${name}. It reads these variables [default]; with --healthcheck it asks one that runs whether it lives:`,
    '',
    ...lines,
    '',
  ].join('\n');
}
