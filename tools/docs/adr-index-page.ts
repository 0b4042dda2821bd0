import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The index of the decision records, from their first lines. */
export function adrIndexPage(folder: string): string {
  const records = readdirSync(folder)
    .filter((name) => /^\d{4}-/.test(name))
    .sort();
  const lines = records.map((name) => {
    const text = readFileSync(join(folder, name), 'utf8');
    const [title = name] = text.split('\n');
    const superseded = /^Superseded by/m.test(text);
    return `* [${title.replace(/^# /, '')}](${name})${superseded ? ', superseded' : ''}`;
  });
  return [
    '# Decisions',
    '',
    '<!-- Made from the records: add one, then run `npm run docs`. -->',
    '',
    'Why things are as they are, a page each: context, decision, consequences.',
    '',
    ...lines,
    '',
  ].join('\n');
}
