import { featuresOfFeatures, types } from '../boundaries.mjs';
import { table } from './table.js';

/** The reference page of the dependency rule, from the file that the linter reads. */
export function dependencyRulePage(): string {
  const rows = Object.entries(types).map(([type, { mayUse, outside }]) => [
    `\`type:${type}\``,
    mayUse.join(', ') || 'nothing',
    outside,
  ]);
  const features = Object.entries(featuresOfFeatures).map(
    ([feature, uses]) => `* \`${feature}\` uses ${uses.map((each) => `\`${each}\``).join(', ')}`,
  );
  return [
    '# The dependency rule',
    '',
    '<!-- Made from tools/boundaries.mjs: change that, then run `npm run docs`. -->',
    '',
    '*Apps wire, features decide, drivers carry, the contract and the schema know nobody.*',
    '',
    table(['tag', 'may depend on', 'outside packages'], rows),
    '',
    'A feature uses another one only where it is said here, and only through its `index.ts`:',
    '',
    ...features,
    '',
  ].join('\n');
}
