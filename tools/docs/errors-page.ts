import * as routing from '@later/provider-client';
import * as contract from '@later/transport-contract';

import { table } from './table.js';

const samples = [
  new contract.TransportUnavailableError('bullmq', 'Is Redis running at REDIS_URL?'),
  new contract.QueueFullError('calls', 'Let the workers catch up, or raise its limit.'),
  new contract.MessageTooLargeError(2_000_000, 1_048_576, 'Raise max_payload of the NATS server.'),
  new contract.DurabilityError('appendonly no', 'crash', 'Start redis-server with --appendonly yes.'),
  new contract.TransportClosedError('nats'),
  new routing.ProviderUnavailableError('unreachable', 'http://127.0.0.1:8081', 'cannot be reached: ECONNREFUSED'),
  new routing.FunctionNotUpError('figlet.openfaas-fn', 'none of its instances can be called after 30000 ms'),
] as const;

/** The reference page of the errors of transports and of providers, from the classes themselves. */
export function errorsPage(): string {
  const classes = [...Object.keys(contract), ...Object.keys(routing)].filter(
    (name) => name.endsWith('Error') && name !== 'TransportError',
  );
  const missing = classes.filter((name) => !samples.some((error) => error.name === name));
  if (missing.length > 0) throw new Error(`The errors page has no sample of ${missing.join(', ')}`);
  const rows = samples.map((error) => [`\`${error.code}\``, `\`${error.name}\``, error.message]);
  return [
    '# Errors of transports and providers',
    '',
    '<!-- Made from the classes: change those, then run `npm run docs`. -->',
    '',
    'The code never changes; the message says what failed and what to do.',
    '',
    table(['code', 'class', 'message, for example'], rows),
    '',
  ].join('\n');
}
