import { BannerLine } from './banner-line.js';
import { charactersOf } from './characters.js';
import type { FigFont } from './fig-font.js';

const space = 0x20;
const newline = 0x0a;

/**
 * The content of a line, which decides where it may be broken: only blanks, one word, a gap after a word, or a word after
 * a gap. After a break, the next blanks are dropped.
 */
type LineContent = 'blanks' | 'a word' | 'a gap' | 'words' | 'a break';

/** Writes text in big letters as the program figlet 2.2 does without options. */
export class Banner {
  #printed = '';
  #line: BannerLine;
  #content: LineContent = 'blanks';

  constructor(private readonly font: FigFont) {
    this.#line = new BannerLine(font);
  }

  write(bytes: Uint8Array): this {
    for (const code of charactersOf(bytes)) this.#put(code);
    return this;
  }

  /** Finishes the last line, and returns the banner. */
  end(): string {
    if (this.#line.width > 0) this.#print();
    return this.#printed;
  }

  #put(code: number): void {
    if (this.#content === 'a break') {
      if (code === space) return;
      this.#content = 'blanks';
      // The line is already broken here.
      if (code === newline) return;
    }
    if (code === newline) {
      this.#print();
      this.#content = 'blanks';
    } else if (this.#line.add(code)) this.#content = this.#contentAfter(code);
    else this.#wrapBefore(code);
  }

  #contentAfter(code: number): LineContent {
    const hasWord = this.#content !== 'blanks';
    if (code === space) return hasWord ? 'a gap' : 'blanks';
    return this.#content === 'a gap' || this.#content === 'words' ? 'words' : 'a word';
  }

  #wrapBefore(code: number): void {
    const before = this.#content;
    if (before === 'a gap' || (before === 'words' && code !== space)) this.#split();
    else this.#print();
    if (code === space) {
      this.#content = 'a break';
      return;
    }
    this.#content = before === 'words' ? 'a word' : 'blanks';
    this.#put(code);
  }

  /** Prints the text before the last gap, and begins the next line with the text after it. */
  #split(): void {
    const { text } = this.#line;
    const gapEnd = text.lastIndexOf(space);
    const gapStart = text.findLastIndex((code, index) => index < gapEnd && code !== space) + 1;
    this.#line = this.#lineOf(text.slice(0, gapStart));
    this.#print();
    this.#line = this.#lineOf(text.slice(gapEnd + 1));
  }

  #lineOf(codes: readonly number[]): BannerLine {
    const line = new BannerLine(this.font);
    for (const code of codes) line.add(code);
    return line;
  }

  #print(): void {
    this.#printed += this.#line.toString();
    this.#line = new BannerLine(this.font);
  }
}
