import { readFile } from 'node:fs/promises';

import { isAlias, isMap, isNode, isScalar, isSeq, LineCounter, parseDocument, type Document } from 'yaml';
import { z } from 'zod';

/** A fault at one place of a YAML file. */
export interface YamlFault {
  /** The keys and indexes that lead to the value, such as `['functions', 'figlet', 'image']`. */
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

export interface YamlFileOptions<Schema extends z.ZodType> {
  readonly schema: Schema;
  /** Tells the operator what to do when the file cannot be read, such as `Set IMAGES_FILE to …`. */
  readonly remedy: string;
  /** Changes the parsed content before the check. Its faults are reported together with those of the schema. */
  readonly prepare?: (parsed: unknown) => { readonly content: unknown; readonly faults: readonly YamlFault[] };
}

/** Every fault of a file in one message, a line each. */
export class InvalidFileError extends Error {
  /** The code of wrong variables too: the process ends with the same status. */
  readonly code = 'INVALID_CONFIGURATION';

  constructor(path: string, faults: readonly string[], options?: ErrorOptions) {
    super([`Invalid ${path}:`, ...faults.map((fault) => `  - ${fault}`)].join('\n'), options);
    this.name = new.target.name;
  }
}

/** YAML parses `5` and `true` as a number and a boolean; this schema reads them as text. */
export const yamlText = z.union([z.string(), z.number(), z.boolean()]).transform(String);

/**
 * Reads a YAML file and checks it.
 * @returns undefined when the file does not exist or is blank
 * @throws InvalidFileError naming every fault with its line and path
 */
export async function readYamlFile<Schema extends z.ZodType>(
  path: string,
  { schema, remedy, prepare = (content) => ({ content, faults: [] }) }: YamlFileOptions<Schema>,
): Promise<z.output<Schema> | undefined> {
  const text = await readIfPresent(path, remedy);
  if (!text?.trim()) return undefined;
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const atLine = (offset: number, message: string): string => `line ${lines.linePos(offset).line}: ${message}`;
  if (document.errors.length > 0) {
    const faults = document.errors.map(({ pos, message }) => atLine(pos[0], message));
    throw new InvalidFileError(path, faults, { cause: document.errors[0] });
  }
  const { content, faults } = prepare(document.toJS());
  const checked = schema.safeParse(content);
  if (checked.success && faults.length === 0) return checked.data;
  const located = [...faults, ...(checked.error?.issues ?? [])].map((fault) => ({
    offset: offsetOf(document, fault),
    message: fault.path.length === 0 ? fault.message : `${fault.path.map(String).join('.')}: ${fault.message}`,
  }));
  const sorted = located.toSorted((a, b) => a.offset - b.offset);
  throw new InvalidFileError(
    path,
    sorted.map(({ offset, message }) => atLine(offset, message)),
  );
}

async function readIfPresent(path: string, remedy: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    throw new InvalidFileError(path, [`cannot be read (${code}). ${remedy}`], { cause: error });
  }
}

/** Where a fault is in the text: at its key, or at the last key of its path that the file has. */
function offsetOf(document: Document, fault: YamlFault & { readonly keys?: readonly string[] }): number {
  let node: unknown = document.contents;
  let offset = document.contents?.range?.[0] ?? 0;
  // An unrecognized key belongs to the path: its own line is better than that of the map around it.
  for (const key of [...fault.path, ...(fault.keys ?? []).slice(0, 1)]) {
    if (isAlias(node)) node = node.resolve(document);
    let found: unknown;
    if (isMap(node)) {
      const pair = node.items.find((each) => isScalar(each.key) && String(each.key.value) === String(key));
      found = pair?.key;
      node = pair?.value;
    } else if (isSeq(node)) {
      found = node = node.items[Number(key)];
    }
    if (!isNode(found)) break;
    offset = found.range?.[0] ?? offset;
  }
  return offset;
}
