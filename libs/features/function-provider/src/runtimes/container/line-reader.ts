import { StringDecoder } from 'node:string_decoder';

/** A longer line is cut into several: who never ends a line does not fill our memory. In characters. */
export const longestLine = 16 * 1024;

/** Puts the chunks of a stream together to lines. */
export class LineReader {
  readonly #decoder = new StringDecoder('utf8');
  #rest = '';

  constructor(private readonly take: (line: string) => void) {}

  write(chunk: Buffer): void {
    const lines = (this.#rest + this.#decoder.write(chunk)).split('\n');
    this.#rest = lines.pop()!;
    for (const line of lines) this.#hand(line.endsWith('\r') ? line.slice(0, -1) : line);
    if (this.#rest.length > longestLine) this.end();
  }

  /** Hands over what came after the last line break. */
  end(): void {
    if (this.#rest !== '') this.#hand(this.#rest);
    this.#rest = '';
  }

  #hand(line: string): void {
    let start = 0;
    do this.take(line.slice(start, (start += longestLine)));
    while (start < line.length);
  }
}
