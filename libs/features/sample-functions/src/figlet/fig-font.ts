/** A letter, as rows of equal length. */
export type FigLetter = readonly string[];

/** A font of the program figlet. */
export interface FigFont {
  readonly height: number;
  /** The character for a blank that no other letter may overlap. */
  readonly hardBlank: string;
  readonly letters: ReadonlyMap<number, FigLetter>;
}

/** The letters of every font, in this order: printable ASCII, then ÄÖÜäöüß (FIGfont 2, "required characters"). */
const required = [...Array.from({ length: 95 }, (_, index) => 32 + index), 196, 214, 220, 228, 246, 252, 223];

/** Reads a `.flf` file (FIGfont version 2): header, comments, the required letters, then letters with their codes. */
export function parseFigFont(file: string): FigFont {
  const lines = file.split('\n');
  const [signature = '', height, , , , commentLines] = (lines.shift() ?? '').split(' ');
  const rows = Number(height);
  lines.splice(0, Number(commentLines));
  const takeLetter = (): FigLetter => lines.splice(0, rows).map(withoutEndMark);
  const letters = new Map(required.map((code) => [code, takeLetter()]));
  while (lines.length > rows) {
    const code = Number.parseInt(lines.shift() ?? '');
    const letter = takeLetter();
    if (!Number.isNaN(code)) letters.set(code, letter);
  }
  return { height: rows, hardBlank: signature.slice(-1), letters };
}

/** A row ends with an end mark, which may be any character; the last row of a letter ends with two. */
const withoutEndMark = (row: string): string => row.replace(/(.)\1?\s*$/, '');
