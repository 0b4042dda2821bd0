import { pino } from 'pino';

/** Headers whose values must not be in a log. */
const secretHeaders = new Set(['authorization', 'proxy-authorization', 'cookie', 'set-cookie']);
const redacted = '[redacted]';

type Headers = Readonly<Record<string, unknown>>;

/** How the values of these log keys are written, wherever they are logged: no line holds a password. */
export const serializers = {
  error: (error: Error): object => pino.stdSerializers.err(error),
  headers: (headers: Headers): Headers =>
    Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name, secretHeaders.has(name.toLowerCase()) ? redacted : value]),
    ),
  url: (url: unknown): string => String(url).replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/?#]*@/i, '$1'),
};
