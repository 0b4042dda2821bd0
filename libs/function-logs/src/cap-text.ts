/** The longest text of a line, in bytes of UTF-8. A longer text is cut and ends in "…". */
export const maxTextBytes = 16 * 1024;

const ellipsis = '…';
const encoder = new TextEncoder();
const whole = new Uint8Array(maxTextBytes);
const shortened = whole.subarray(0, maxTextBytes - Buffer.byteLength(ellipsis));

/** Cuts a line's text to the longest size, between two characters; also returns its size in bytes. */
export function capText(text: string): { readonly text: string; readonly bytes: number } {
  const fits = encoder.encodeInto(text, whole);
  if (fits.read === text.length) return { text, bytes: fits.written };
  const { read } = encoder.encodeInto(text, shortened);
  return { text: text.slice(0, read) + ellipsis, bytes: maxTextBytes };
}
