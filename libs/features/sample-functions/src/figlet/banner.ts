import { BannerLine } from './banner-line.js';
import { charactersOf } from './characters.js';
import type { FigFont } from './fig-font.js';

const space = 0x20;
const newline = 0x0a;

/**
 * What a line holds, which decides where it may be broken: nothing but blanks, one word, a gap after a word, a word
 * after a gap. Where it just was broken, the blanks that follow are dropped.
 */
type Holds = 'blanks' | 'a word' | 'a gap' | 'words' | 'a break';

/** Sets text in big letters as the program figlet 2.2 does when nothing else is asked of it. */
export class Banner {
  #printed = '';
  #line: BannerLine;
  #holds: Holds = 'blanks';

  constructor(private readonly font: FigFont) {
    this.#line = new BannerLine(font);
  }

  write(bytes: Uint8Array): this {
    for (const code of charactersOf(bytes)) this.#put(code);
    return this;
  }

  /** All there is; an unfinished line is finished. */
  end(): string {
    if (this.#line.width > 0) this.#print();
    return this.#printed;
  }

  #put(code: number): void {
    if (this.#holds === 'a break') {
      if (code === space) return;
      this.#holds = 'blanks';
      // The line is already broken here.
      if (code === newline) return;
    }
    if (code === newline) {
      this.#print();
      this.#holds = 'blanks';
    } else if (this.#line.add(code)) this.#holds = this.#holdsAfter(code);
    else this.#wrapBefore(code);
  }

  #holdsAfter(code: number): Holds {
    const hasWord = this.#holds !== 'blanks';
    if (code === space) return hasWord ? 'a gap' : 'blanks';
    return this.#holds === 'a gap' || this.#holds === 'words' ? 'words' : 'a word';
  }

  #wrapBefore(code: number): void {
    const before = this.#holds;
    if (before === 'a gap' || (before === 'words' && code !== space)) this.#split();
    else this.#print();
    if (code === space) {
      this.#holds = 'a break';
      return;
    }
    this.#holds = before === 'words' ? 'a word' : 'blanks';
    this.#put(code);
  }

  /** Prints what stands before the last gap and begins the next line with what stands after it. */
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
