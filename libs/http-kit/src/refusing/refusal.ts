/**
 * An answer that is an error: this process gives it in place of a result. Every such answer is one line of plain text.
 * The connection stays open: Node discards the unread rest of the request's body.
 */
export interface Refusal {
  readonly status: number;
  /** For the client to read, without the line's end. */
  readonly text: string;
  /** Besides the content type. */
  readonly headers?: Readonly<Record<string, string>>;
}

export const refusalContentType = 'text/plain; charset=utf-8';

/** The body of a refusal as the client receives it. */
export const refusalBody = ({ text }: Refusal): string => `${text}\n`;

/** Makes a client's text safe to show in a terminal: at most 100 characters, each printable ASCII. */
export const printable = (text: string): string => text.slice(0, 100).replaceAll(/[^\x20-\x7e]/g, '?');
