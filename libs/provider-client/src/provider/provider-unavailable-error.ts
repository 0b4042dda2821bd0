/** The remedy for each kind of failure. */
const remedies = {
  unreachable: 'Is it running, and is PROVIDER_URL right?',
  unauthorized: 'Give BASIC_AUTH_USER and BASIC_AUTH_PASSWORD as the provider has them, or put them in PROVIDER_URL.',
  confused: 'Is PROVIDER_URL that of an OpenFaaS provider? Its own log says more.',
} as const;

/** The provider cannot be reached, or its answer cannot be used. A later attempt may succeed. */
export class ProviderUnavailableError extends Error {
  readonly code = 'PROVIDER_UNAVAILABLE';

  /**
   * @param url the provider's URL, without user and password
   * @param reason the rest of a sentence that begins with "The provider": `cannot be reached: ECONNREFUSED`
   */
  constructor(
    readonly kind: keyof typeof remedies,
    readonly url: string,
    readonly reason: string,
    options?: ErrorOptions,
  ) {
    super(`The provider at ${url} ${reason}. ${remedies[kind]}`, options);
    this.name = new.target.name;
  }
}
