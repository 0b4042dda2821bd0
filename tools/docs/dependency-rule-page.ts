import { types } from '../boundaries.mjs';
import { table } from './table.js';

/** The reference page of the dependency rule, from the file that the linter reads. */
export function dependencyRulePage(): string {
  const rows = Object.entries(types).map(([type, { mayUse, outside }]) => [
    `\`type:${type}\``,
    mayUse.join(', ') || 'nothing',
    outside,
  ]);
  return [
    '# The dependency rule',
    '',
    '<!-- Made from tools/boundaries.mjs: change that, then run `npm run docs`. -->',
    '',
    '*Apps start, roles wire, features decide, drivers carry, the contracts and the schemas know nobody.*',
    '',
    table(['tag', 'may depend on', 'outside packages'], rows),
    '',
  ].join('\n');
}
