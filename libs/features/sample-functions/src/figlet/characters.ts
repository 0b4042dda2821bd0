const space = 0x20;
const newline = 0x0a;

/**
 * Reads bytes as the program figlet does without options: always as Latin-1. Every kind of line end is a newline, a tab is
 * a blank, and control characters are skipped. Of ISO 2022, only the single shifts are read, because common letters
 * contain their bytes in UTF-8; escape sequences are not read.
 */
export function* charactersOf(bytes: Uint8Array): Generator<number> {
  let isShifted = false;
  for (const byte of bytes) {
    if (byte === 0x8e || byte === 0x8f) {
      isShifted = true;
      continue;
    }
    // A shifted character is ASCII, also in the upper half.
    const code = isShifted && byte >= 0xa0 ? byte & 0x7f : byte;
    isShifted = false;
    if (code === 0x09) yield space;
    else if (code >= 0x0a && code <= 0x0d) yield newline;
    else if (code === 0 || (code >= space && code !== 0x7f)) yield code;
  }
}
