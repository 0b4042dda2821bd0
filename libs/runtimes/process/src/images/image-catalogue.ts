import { readFile } from 'node:fs/promises';

import { parse, YAMLParseError } from 'yaml';
import { z } from 'zod';

import { modes, type Mode } from '../mode.js';
import { InvalidCatalogueError } from './invalid-catalogue-error.js';

/** The command on this machine that replaces an image. */
export interface KnownImage {
  readonly fprocess: string;
  readonly mode?: Mode;
  /** A deployment's variables of the same names override these. */
  readonly envVars?: Readonly<Record<string, string>>;
}

/** Known images by name; a name may have a tag. */
export type ImageCatalogue = ReadonlyMap<string, KnownImage>;

/** Values are text, but YAML reads `5` as a number and `true` as a boolean. */
const text = z.union([z.string(), z.number(), z.boolean()]).transform(String);

const catalogue = z.strictObject({
  images: z.record(
    z.string().min(1),
    z.strictObject({
      fprocess: z.string().refine((command) => command.trim() !== '', { error: 'expected a command' }),
      mode: z.enum(modes).exactOptional(),
      envVars: z.record(z.string().min(1), text).exactOptional(),
    }),
  ),
});

/**
 * Reads a catalogue from a YAML file: `images:` with an image's name and its `fprocess`, `mode` and `envVars`.
 * @throws InvalidCatalogueError naming every fault of the file
 */
export async function readImageCatalogue(path: string): Promise<ImageCatalogue> {
  const parsed = catalogue.safeParse(parseYaml(path, await readText(path)));
  if (parsed.success) return new Map(Object.entries(parsed.data.images));
  const faults = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'the file'}: ${issue.message}`);
  throw new InvalidCatalogueError(path, faults);
}

/** Finds an image by its full name, or else by its name without tag and digest. */
export function findImage(images: ImageCatalogue, name: string): KnownImage | undefined {
  return images.get(name) ?? images.get(name.replace(/@[^@]*$/, '').replace(/:[^:/]*$/, ''));
}

function parseYaml(path: string, yaml: string): unknown {
  try {
    return parse(yaml) as unknown;
  } catch (error) {
    if (error instanceof YAMLParseError) throw new InvalidCatalogueError(path, [error.message], { cause: error });
    throw error;
  }
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new InvalidCatalogueError(path, ['cannot be read. Set IMAGES_FILE to a file that lists the known images'], {
      cause: error,
    });
  }
}
