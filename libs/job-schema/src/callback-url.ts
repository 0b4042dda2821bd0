import { z } from 'zod';

/** RFC 9110 section 4.1: servers should accept a URL of at least 8,000 characters. */
const maxLength = 8_000;
/** RFC 1035 section 2.3.4. */
const maxHostLength = 253;

/** Names the fault of a callback URL, as text for its caller; undefined when the URL can be used. */
export function faultOfCallbackUrl(text: string): string | undefined {
  if (text.length > maxLength) return `is longer than ${maxLength} characters`;
  if (!/^[\x21-\x7e]+$/.test(text)) return 'holds spaces, control characters or non-ASCII; percent-encode them';
  const url = URL.parse(text);
  if (!url) return 'is not an absolute URL';
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return `must be http or https, not ${url.protocol}`;
  if (url.username || url.password) return 'must not hold a user name or password';
  if (url.host.length > maxHostLength) return `has a host of more than ${maxHostLength} characters`;
  return undefined;
}

/** The URL to which a result is posted. */
export const callbackUrl = z.string().superRefine((text, context) => {
  const fault = faultOfCallbackUrl(text);
  if (fault) context.addIssue({ code: 'custom', message: fault });
});
