import { refusalOfError, type Refusal } from '@later/http-kit';
import { ProviderUnavailableError } from '@later/provider-client';

/** Every answer of the management API that is an error and not the provider's own. */
export const refusals = {
  unknownPath: (): Refusal => ({ status: 404, text: 'There is no such path under /system/.' }),
  notAllowed: (methods: readonly string[]): Refusal => ({
    status: 405,
    text: `Only ${methods.join(', ')} can be done here.`,
    headers: { Allow: methods.join(', ') },
  }),
  stopping: (): Refusal => ({ status: 503, text: 'The gateway stops.' }),
  providerUnavailable: ({ kind, message }: ProviderUnavailableError): Refusal =>
    kind === 'unreachable'
      ? { status: 503, text: message, headers: { 'Retry-After': '5' } }
      : { status: 502, text: message },
};

/** The answer to a fault of the client or the provider. @throws every other error: a defect */
export function refusalOf(error: unknown): Refusal {
  const refusal =
    error instanceof ProviderUnavailableError ? refusals.providerUnavailable(error) : refusalOfError(error);
  if (!refusal) throw error;
  return refusal;
}
