import { createHash, timingSafeEqual } from 'node:crypto';

/** The value of an `Authorization` header that names this user (RFC 7617). */
export const basicAuthorization = (user: string, password: string): string =>
  `Basic ${Buffer.from(`${user}:${password}`, 'utf8').toString('base64')}`;

/** The one user there is. */
export class BasicAuth {
  readonly #userDigest: Buffer;
  readonly #passwordDigest: Buffer;

  constructor(
    readonly user: string,
    password: string,
  ) {
    this.#userDigest = digest(Buffer.from(user));
    this.#passwordDigest = digest(Buffer.from(password));
    this.authorization = basicAuthorization(user, password);
  }

  /** For requests of our own to who asks for the same user. */
  readonly authorization: string;

  /** Whether an `Authorization` header names the user; takes as long whatever is wrong with it. */
  admits(header: string | undefined): boolean {
    const [, encoded] = /^basic +([a-z0-9+/_=-]*) *$/i.exec(header ?? '') ?? [];
    const given = Buffer.from(encoded ?? '', 'base64');
    const colon = given.indexOf(':');
    const end = Math.max(0, colon);
    const user = timingSafeEqual(digest(given.subarray(0, end)), this.#userDigest);
    const password = timingSafeEqual(digest(given.subarray(end + 1)), this.#passwordDigest);
    // Of numbers: `&&` would tell a wrong user from a wrong password.
    return (Number(encoded !== undefined) & Number(colon > 0) & Number(user) & Number(password)) === 1;
  }
}

/** `timingSafeEqual` compares what is of one length. */
const digest = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest();

/**
 * What to authorize a request of our own to a URL with: the URL's own user when it names one, else the user that we
 * ask for ourselves.
 */
export function authorizationFor(url: URL, auth: Pick<BasicAuth, 'authorization'> | undefined): string | undefined {
  if (url.username === '' && url.password === '') return auth?.authorization;
  return basicAuthorization(decodeURIComponent(url.username), decodeURIComponent(url.password));
}
