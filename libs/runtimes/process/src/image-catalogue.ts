import type { Mode } from './mode.js';

/** The command on this machine that replaces an image. */
export interface KnownImage {
  readonly fprocess: string;
  readonly mode?: Mode;
  /** A deployment's variables of the same names override these. */
  readonly envVars?: Readonly<Record<string, string>>;
}

/** Known images by name; a name may have a tag. */
export type ImageCatalogue = ReadonlyMap<string, KnownImage>;

/** Finds an image by its full name, or else by its name without tag and digest. */
export function findImage(images: ImageCatalogue, name: string): KnownImage | undefined {
  return images.get(name) ?? images.get(name.replace(/@[^@]*$/, '').replace(/:[^:/]*$/, ''));
}
