import { createHash, timingSafeEqual } from 'node:crypto';

/** The value of the `Authorization` header for this user and password (RFC 7617). */
export const basicAuthorization = (user: string, password: string): string =>
  `Basic ${Buffer.from(`${user}:${password}`, 'utf8').toString('base64')}`;

/** The only user of the protected paths. */
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

  /** The `Authorization` header of our own requests to a service with the same user and password. */
  readonly authorization: string;

  /** Whether an `Authorization` header has this user and password. Takes the same time for every wrong header. */
  isAuthorized(header: string | undefined): boolean {
    const [, encoded] = /^basic +([a-z0-9+/_=-]*) *$/i.exec(header ?? '') ?? [];
    const given = Buffer.from(encoded ?? '', 'base64');
    const colon = given.indexOf(':');
    const end = Math.max(0, colon);
    const user = timingSafeEqual(digest(given.subarray(0, end)), this.#userDigest);
    const password = timingSafeEqual(digest(given.subarray(end + 1)), this.#passwordDigest);
    // Not `&&`: its time would distinguish a wrong user from a wrong password.
    return (Number(encoded !== undefined) & Number(colon > 0) & Number(user) & Number(password)) === 1;
  }
}

/** `timingSafeEqual` needs values of the same length. */
const digest = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest();

/**
 * The `Authorization` header for our own request to a URL: the user of the URL if it has one, else the user of our own
 * protected paths.
 */
export function authorizationFor(url: URL, auth: Pick<BasicAuth, 'authorization'> | undefined): string | undefined {
  if (url.username === '' && url.password === '') return auth?.authorization;
  return basicAuthorization(decodeURIComponent(url.username), decodeURIComponent(url.password));
}
