/** What to do about a provider that gives no answer we can work with. */
const remedies = {
  unreachable: 'Is it running, and is PROVIDER_URL right?',
  unauthorized: 'Give BASIC_AUTH_USER and BASIC_AUTH_PASSWORD as the provider has them, or put them in PROVIDER_URL.',
  confused: 'Is PROVIDER_URL that of an OpenFaaS provider? Its own log says more.',
} as const;

/** The provider is away, or does not answer as a provider does. Asking again later may help. */
export class ProviderUnavailableError extends Error {
  readonly code = 'PROVIDER_UNAVAILABLE';

  /**
   * @param url where the provider should be, without a user
   * @param reason in the words of a sentence whose subject is the provider: `cannot be reached: ECONNREFUSED`
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
