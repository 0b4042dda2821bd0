const space = 0x20;
const newline = 0x0a;

/**
 * Bytes as the program figlet reads them when told nothing: Latin-1, whatever they were meant to be. Every kind of line
 * end is one, a tab is a blank, and what has no shape is skipped.
 * Of ISO 2022 only the single shifts are here, as UTF-8 has their bytes in common letters; escape sequences are not.
 */
export function* charactersOf(bytes: Uint8Array): Generator<number> {
  let isShifted = false;
  for (const byte of bytes) {
    if (byte === 0x8e || byte === 0x8f) {
      isShifted = true;
      continue;
    }
    // The set that is shifted to is ASCII, in its upper half too.
    const code = isShifted && byte >= 0xa0 ? byte & 0x7f : byte;
    isShifted = false;
    if (code === 0x09) yield space;
    else if (code >= 0x0a && code <= 0x0d) yield newline;
    else if (code === 0 || (code >= space && code !== 0x7f)) yield code;
  }
}
