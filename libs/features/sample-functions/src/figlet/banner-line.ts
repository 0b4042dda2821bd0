import type { FigFont, FigLetter } from './fig-font.js';
import { smush } from './smush.js';

/** The program figlet has 80 columns and keeps the last one free. */
const maxColumns = 79;

/** One line of a banner. */
export class BannerLine {
  #rows: readonly string[];
  #lastWidth = 0;
  /** The characters on this line. */
  readonly text: number[] = [];

  constructor(private readonly font: FigFont) {
    this.#rows = Array.from({ length: font.height }, () => '');
  }

  get width(): number {
    return this.#rows[0]?.length ?? 0;
  }

  /** Appends a letter as far left as possible. @returns false, and changes nothing, when the line is full */
  add(code: number): boolean {
    const letter = this.font.letters.get(code) ?? this.#rows.map(() => '');
    const width = letter[0]?.length ?? 0;
    const overlap = this.#overlap(letter, width);
    if (this.width + width - overlap > maxColumns) return false;
    this.#rows = this.#rows.map((row, index) => this.#merge(row, letter[index] ?? '', overlap, width));
    this.#lastWidth = width;
    this.text.push(code);
    return true;
  }

  toString(): string {
    return this.#rows.map((row) => `${row.replaceAll(this.font.hardBlank, ' ')}\n`).join('');
  }

  /**
   * How many columns of the letter overlap the line. The first letter loses its blank columns on the left; the npm
   * package `figlet` keeps them, so its banners are one column further to the right.
   */
  #overlap(letter: FigLetter, width: number): number {
    const perRow = this.#rows.map((row, index) => {
      const before = row.trimEnd();
      const after = (letter[index] ?? '').trimStart();
      const blanks = row.length - before.length + (width - after.length);
      const touches = before !== '' && after !== '';
      return touches && this.#meet(before.slice(-1), after.slice(0, 1), width) !== undefined ? blanks + 1 : blanks;
    });
    return Math.min(width, ...perRow);
  }

  #merge(row: string, letter: string, overlap: number, width: number): string {
    const cells = [...row];
    for (let column = 0; column < overlap; column += 1) {
      const at = Math.max(0, row.length - overlap + column);
      const there = cells[at];
      if (there !== undefined) cells[at] = this.#meet(there, letter.charAt(column), width) ?? there;
    }
    return cells.join('') + letter.slice(overlap);
  }

  #meet(left: string, right: string, width: number): string | undefined {
    if (left === ' ') return right;
    if (right === ' ') return left;
    // A letter of one column would disappear in its neighbour.
    return this.#lastWidth < 2 || width < 2 ? undefined : smush(left, right, this.font.hardBlank);
  }
}
